import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePair } from "./certificates.ts";
import { exporterkit } from "./child.ts";
import { hasCommand } from "./debian-package.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exporterkit-web-config-"));
  const authority = await makePair("authority");
  const { key, cert } = await makePair("localhost", authority);
  await writeFile(join(folder, "ca.pem"), authority.cert);
  await writeFile(join(folder, "cert.pem"), cert);
  await writeFile(join(folder, "key.pem"), key);
  await writeFile(join(folder, "other.key"), authority.key);
});
afterAll(() => rm(folder, { recursive: true }));

function exitCode(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(command, args, (error) => resolve(typeof error?.code === "number" ? error.code : 0));
  });
}

async function verdicts(name: string, text: string): Promise<{ theirs: boolean; ours: boolean }> {
  const file = join(folder, `${name}.yml`);
  await writeFile(file, text);
  const [promtool, exporter] = await Promise.all([
    exitCode("promtool", ["check", "web-config", file]),
    // A configuration that is right is followed by the address that is not.
    exitCode(exporterkit, [`--web.config.file=${file}`, `--web.listen-address=unix:${folder}/missing/exporter.sock`]),
  ]);
  expect(exporter, "the exit code for a wrong file is 2, for a wrong address 1").toBeGreaterThan(0);
  return { theirs: promtool === 0, ours: exporter === 1 };
}

const pair = "cert_file: cert.pem, key_file: key.pem";
const hash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

describe.skipIf(!hasCommand("promtool", "prometheus"))("promtool (needs the Debian package prometheus)", () => {
  it.each([
    `tls_server_config: { ${pair} }`,
    `tls_server_config: { ${pair}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem }`,
    `tls_server_config: { ${pair}, client_auth_type: RequireAndVerifyClientCert }`,
    `tls_server_config: { ${pair}, client_auth_type: RequireAnyClientCert }`,
    `tls_server_config: { ${pair}, client_auth_type: RequireClientCert }`,
    `tls_server_config: { ${pair}, client_auth_type: RequestClientCert, min_version: TLS13 }`,
    `tls_server_config: { ${pair}, min_version: TLS10, max_version: TLS12, curve_preferences: [CurveP256, X25519] }`,
    `tls_server_config: { ${pair}, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256] }`,
    `tls_server_config: { ${pair}, cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA] }\nhttp_server_config: { http2: false }`,
    `tls_server_config: { ${pair}, prefer_server_cipher_suites: false }`,
    `basic_auth_users: { alice: "${hash}" }`,
    `basic_auth_users: { alice: ${hash} }`,
    "basic_auth_users:",
    "http_server_config: { http2: false, headers: { X-Frame-Options: deny, X-XSS-Protection: 1 } }",
    'http_server_config: { headers: { Content-Security-Policy: "", Strict-Transport-Security: max-age=60 } }',
    "{}",
  ])("and the exporter take %s", async (text) => {
    expect(await verdicts("good", text)).toEqual({ theirs: true, ours: true });
  });

  it.each([
    "tls_server_config: { cert_file: cert.pem }",
    "tls_server_config: { key_file: key.pem }",
    'tls_server_config: { cert_file: "", key_file: key.pem }',
    "tls_server_config: { cert_file: missing.pem, key_file: key.pem }",
    "tls_server_config: { cert_file: cert.pem, key_file: other.key }",
    "tls_server_config: { cert_file: key.pem, key_file: cert.pem }",
    `tls_server_config: { ${pair}, client_ca_file: ca.pem }`,
    `tls_server_config: { ${pair}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: missing.pem }`,
    `tls_server_config: { ${pair}, client_auth_type: requireAndVerify }`,
    `tls_server_config: { ${pair}, min_version: TLS111 }`,
    `tls_server_config: { ${pair}, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048] }`,
    `tls_server_config: { ${pair}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }`,
    `tls_server_config: { ${pair}, curve_preferences: [CurveP257] }`,
    `tls_server_config: { ${pair}, cert_filse: cert.pem }`,
    "basic_auth_users: { alice: secret }",
    "basic_auth_users: [alice]",
    "http_server_config: { headers: { Content-Type: text/plain } }",
    "http_server_config: { headers: { X-Frame-Options: allow } }",
    "http_server_config: { headers: { X-Content-Type-Options: sniff } }",
    "http_server_config: { http2: maybe }",
    "unknown: 1",
    "no configuration",
  ])("and the exporter refuse %s", async (text) => {
    expect(await verdicts("bad", text)).toEqual({ theirs: false, ours: false });
  });

  it.each([
    // Who writes this wants TLS.
    "tls_server_config: {}",
    `tls_server_config: { min_version: TLS13 }`,
    // Prometheus takes it, and then does not start.
    `tls_server_config: { ${pair}, cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA] }`,
    // No client could connect.
    `tls_server_config: { ${pair}, min_version: TLS13, max_version: TLS12 }`,
    // No authority that a client could have its certificate from.
    `tls_server_config: { ${pair}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: key.pem }`,
    // A file that is being written may be empty for a moment; it must not open the server to everybody.
    "",
  ])("takes %j, and the exporter does not", async (text) => {
    expect(await verdicts("stricter", text)).toEqual({ theirs: true, ours: false });
  });
});
