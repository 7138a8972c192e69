import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { generate } from "selfsigned";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebConfigFile } from "./web-config-file.ts";

let folder: string;
let file: string;
const logger = { debug() {}, info: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exporterkit-web-config-"));
  file = join(folder, "web.yml");
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  rmSync(folder, { recursive: true });
});

async function writePair(name: string): Promise<void> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
  });
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key);
}

function write(text: string): void {
  writeFileSync(file, text);
}

/** What is wrong with a file, a line each, less the folder's name. */
async function problems(text: string): Promise<string[]> {
  write(text);
  const error = await WebConfigFile.open(file, logger).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return [];
  expect(error).toMatchObject({ code: "invalid_config" });
  return (error as Error).message.replaceAll(`${folder}/`, "").split("\n");
}

const hash = hashSync("secret", 4);

describe("a web configuration", () => {
  it("of nothing but {} is plain HTTP for everybody", async () => {
    write("{}");
    const { settings } = await WebConfigFile.open(file, logger);
    expect(settings).toEqual({
      tls: undefined,
      headers: {},
      users: new Map(),
      rateLimit: { intervalSeconds: 0, burst: 0 },
    });
  });

  it("takes certificate and key in the file itself", async () => {
    await writePair("localhost");
    const { private: key, cert } = await generate([], { keyType: "ec", algorithm: "sha256" });
    write(JSON.stringify({ tls_server_config: { cert, key, client_ca: cert, client_auth_type: "RequestClientCert" } }));
    const { settings } = await WebConfigFile.open(file, logger);
    expect(settings.tls).toMatchObject({ http2: true, context: { cert, key, minVersion: "TLSv1.2" } });
  });

  it.each([
    ["0", 0],
    ["1s", 1],
    ["1m30s", 90],
    ["1.5h", 5400],
    ["250ms", 0.25],
  ])("takes %s as a rate limit's interval", async (interval, intervalSeconds) => {
    write(`rate_limit: { interval: ${interval}, burst: 3 }`);
    expect((await WebConfigFile.open(file, logger)).settings.rateLimit).toEqual({ intervalSeconds, burst: 3 });
  });

  it("tells everything that is wrong with it, with its place and a remedy", async () => {
    const wrong = await problems(`tls_server_config:
  cert_filee: cert.pem
  key_file: key.pem
  client_auth_type: RequireAndVerify
  min_version: TLS14
  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]
http_server_config:
  headers:
    X-Frame-Options: allow
    Server: mine
basic_auth_users:
  prometheus: hunter2
rate_limit:
  interval: 1 hour
  burst: -1
`);
    expect(wrong).toEqual([
      expect.stringContaining('web.yml:2:3: tls_server_config: unknown key "cert_filee"; did you mean "cert_file"?'),
      expect.stringMatching(/^web\.yml:4:21: tls_server_config\.client_auth_type: "RequireAndVerify" is not one of/),
      expect.stringMatching(/^web\.yml:5:16: tls_server_config\.min_version: "TLS14" is not one of/),
      expect.stringMatching(/^web\.yml:6:19: tls_server_config\.cipher_suites\[0\]: "TLS_RSA_WITH_RC4_128_SHA" is not/),
      expect.stringMatching(/^web\.yml:9:22: http_server_config\.headers\.X-Frame-Options: "allow" is not one of/),
      expect.stringMatching(/^web\.yml:10:5: http_server_config\.headers: unknown key "Server"/),
      expect.stringMatching(/^web\.yml:12:15: basic_auth_users\.prometheus: is not valid; expected: a bcrypt hash/),
      expect.stringContaining("web.yml:14:13: rate_limit.interval: is not a duration; write it as in 1s"),
      expect.stringContaining("web.yml:15:10: rate_limit.burst: is too small"),
    ]);
    expect(wrong.join()).not.toContain("hunter2");
  });

  it.each([
    [
      "tls_server_config: {}",
      "web.yml:1:1: tls_server_config.cert_file: is missing; add it, or cert with the PEM text",
    ],
    ["tls_server_config: { cert_file: cert.pem }", "tls_server_config.key_file: is missing"],
    ["tls_server_config: { cert_file: cert.pem, cert: x, key_file: key.pem }", "stands beside cert; give one of them"],
    ["tls_server_config: { cert_file: no.pem, key_file: key.pem }", "cannot be read: there is no such file"],
    ["tls_server_config: { cert_file: key.pem, key_file: key.pem }", "cert_file: holds no certificate"],
    ["tls_server_config: { cert_file: cert.pem, key_file: cert.pem }", "key_file: holds no private key"],
    ["tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_ca_file: cert.pem }", "set client_auth_type"],
    [
      "tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAndVerifyClientCert, client_ca_file: key.pem }",
      "client_ca_file: holds no certificate",
    ],
    [
      "tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a] }",
      "set client_auth_type to RequireAndVerifyClientCert",
    ],
    [
      "tls_server_config: { cert_file: cert.pem, key_file: key.pem, min_version: TLS13, max_version: TLS12 }",
      "min_version: is above max_version, TLS12",
    ],
    [
      "tls_server_config: { cert_file: cert.pem, key_file: key.pem, cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA] }",
      "cipher_suites: has none that HTTP/2 requires",
    ],
    ["rate_limit: { interval: 1s }", "rate_limit.burst: lets no request through at all"],
    ['http_server_config: { headers: { Content-Security-Policy: "a\\nSet-Cookie: b" } }', "no header may"],
    [`basic_auth_users: { "a:b": "${hash}" }`, "holds a colon, which no user's name may"],
  ])("%s is refused", async (text, problem) => {
    await writePair("localhost");
    expect((await problems(text)).join("\n")).toContain(problem);
  });

  it("is missed where there is no such file", async () => {
    await expect(WebConfigFile.open(file, logger)).rejects.toThrow("there is no such file");
  });

  it("warns of passwords that go unencrypted", async () => {
    write(`basic_auth_users: { prometheus: "${hash}" }`);
    await WebConfigFile.open(file, logger);
    expect(logger.warn).toHaveBeenCalledWith({ file }, expect.stringContaining("not encrypted"));
  });
});

describe("the files", () => {
  const encrypted = "tls_server_config: { cert_file: cert.pem, key_file: key.pem }";

  async function later(config: WebConfigFile): Promise<void> {
    vi.advanceTimersByTime(5000);
    await config.refresh();
  }

  it("are looked at once a second at most", async () => {
    write("{}");
    const config = await WebConfigFile.open(file, logger);
    write(`basic_auth_users: { prometheus: "${hash}" }`);
    vi.advanceTimersByTime(900);
    await config.refresh();
    expect(config.settings.users.size).toBe(0);
    vi.advanceTimersByTime(200);
    await Promise.all([config.refresh(), config.refresh()]);
    expect([...config.settings.users]).toEqual([["prometheus", hash]]);
  });

  it("stand for the same settings while they say the same", async () => {
    await writePair("localhost");
    write(encrypted);
    const config = await WebConfigFile.open(file, logger);
    const { settings } = config;
    write(`${encrypted} # Nothing new.`);
    await later(config);
    await later(config);
    expect(config.settings).toBe(settings);
  });

  it("that the file names are read again as well", async () => {
    await writePair("localhost");
    write(encrypted);
    const config = await WebConfigFile.open(file, logger);
    const before = config.settings.tls!.context.cert;
    await writePair("localhost");
    await later(config);
    expect(config.settings.tls!.context.cert).not.toBe(before);
  });

  it("that are wrong are reported once, and what was right goes on until they are right again", async () => {
    await writePair("localhost");
    write(encrypted);
    const config = await WebConfigFile.open(file, logger);
    const { settings } = config;
    writeFileSync(join(folder, "key.pem"), "broken");
    for (let i = 0; i < 3; i++) await later(config);
    expect(config.settings).toBe(settings);
    expect(logger.error).toHaveBeenCalledOnce();
    expect(logger.error.mock.calls[0]).toEqual([
      { file, error: expect.stringContaining("key_file: holds no private key") },
      "web configuration is wrong; what was right before goes on",
    ]);
    rmSync(file);
    for (let i = 0; i < 3; i++) await later(config);
    expect(logger.error).toHaveBeenCalledTimes(2);
    await writePair("localhost");
    write(encrypted);
    await later(config);
    expect(config.settings).not.toBe(settings);
  });

  it("of a pair that is being exchanged are no fault before they have settled", async () => {
    await writePair("localhost");
    write(encrypted);
    const config = await WebConfigFile.open(file, logger);
    const { private: key, cert } = await generate([], { keyType: "ec", algorithm: "sha256" });
    vi.advanceTimersByTime(1100);
    vi.setSystemTime(Date.now() - 1100);
    writeFileSync(join(folder, "cert.pem"), cert);
    await config.refresh();
    writeFileSync(join(folder, "key.pem"), key);
    await later(config);
    expect(config.settings.tls!.context.cert).toBe(cert);
    expect(logger.error).not.toHaveBeenCalled();
  });
});
