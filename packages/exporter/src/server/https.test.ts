import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { hashSync } from "bcryptjs";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import type { TcpAddress } from "./address.ts";
import { type Handler, HttpServer } from "./http-server.ts";
import { WebConfigFile } from "./web-config-file.ts";

interface Pair {
  readonly key: string;
  readonly cert: string;
}

async function makePair(name: string, ca?: Pair): Promise<Pair> {
  const altNames = [
    { type: 2, value: name } as const,
    { type: 7, ip: "127.0.0.1" } as const,
    { type: 7, ip: "2001:db8::7" } as const,
    { type: 1, value: `${name}@example.com` } as const,
  ];
  const extensions = [
    { name: "basicConstraints", cA: ca === undefined } as const,
    { name: "subjectAltName", altNames } as const,
  ];
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions,
    ...(ca !== undefined && { ca: { ...ca } }),
  });
  return { key: made.private, cert: made.cert };
}

let authority: Pair;
let serverPair: Pair;
let client: Pair;
let foreigner: Pair;
let folder: string;
let server: HttpServer;
let webConfig: WebConfigFile;

beforeAll(async () => {
  authority = await makePair("authority");
  [serverPair, client] = await Promise.all([makePair("localhost", authority), makePair("prometheus", authority)]);
  foreigner = await makePair("prometheus", await makePair("other authority"));
  folder = mkdtempSync(join(tmpdir(), "exporterkit-https-"));
  writeFileSync(join(folder, "ca.pem"), authority.cert);
  writePair(serverPair);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => server.stop(0));

function writePair({ key, cert }: Pair): void {
  writeFileSync(join(folder, "key.pem"), key);
  writeFileSync(join(folder, "cert.pem"), cert);
}

function write(tls: object, others: object = {}): string {
  const file = join(folder, "web.yml");
  const pair = { cert_file: "cert.pem", key_file: "key.pem" };
  writeFileSync(file, JSON.stringify({ tls_server_config: { ...pair, ...tls }, ...others }));
  return file;
}

const hello: Handler = async ({ httpVersion }, response) => {
  response.end(httpVersion);
};

/** Serves by a web configuration, and resolves to the port. */
async function serve(file: string, handle: Handler = hello): Promise<number> {
  webConfig = await WebConfigFile.open(file, silentLogger);
  server = new HttpServer({ handle, logger: silentLogger, webConfig, maxConnections: 100 });
  const [address] = await server.listen([{ host: "127.0.0.1", port: 0 }]);
  return (address as TcpAddress).port;
}

type Identity = Pair | undefined;

/** What is answered by HTTP/1.1: the body, or `refused`. */
function get1(port: number, identity?: Identity, options: object = {}): Promise<string> {
  return new Promise((resolve) => {
    const request = httpsRequest({
      port,
      host: "127.0.0.1",
      ca: authority.cert,
      agent: false,
      ...identity,
      ...options,
    });
    request.on("error", () => resolve("refused"));
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("close", () => resolve(response.statusCode === 200 ? body : String(response.statusCode)));
    });
    request.end();
  });
}

/** The same by HTTP/2. */
function get2(port: number, identity?: Identity, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert, ...identity });
    session.on("error", () => resolve("refused"));
    session.on("close", () => resolve("refused"));
    const stream = session.request({ ":path": "/", ...headers });
    let body = "";
    let status = 0;
    stream.on("response", (answered) => (status = answered[":status"]!));
    stream.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    stream.on("error", () => resolve("refused"));
    stream.on("end", () => {
      resolve(status === 200 ? body : String(status || "refused"));
      session.close();
    });
    stream.end();
  });
}

it("talks HTTP/2 or HTTP/1.1, as the client likes it", async () => {
  const port = await serve(write({}));
  expect([await get1(port), await get2(port)]).toEqual(["1.1", "2.0"]);
});

it("talks HTTP/1.1 alone where HTTP/2 is off", async () => {
  const port = await serve(write({}, { http_server_config: { http2: false } }));
  expect([await get1(port), await get2(port)]).toEqual(["1.1", "refused"]);
});

describe("client_auth_type", () => {
  it.each([
    ["NoClientCert", "served", "served", "served"],
    ["RequestClientCert", "served", "served", "served"],
    ["RequireAnyClientCert", "served", "served", "refused"],
    ["RequireClientCert", "served", "served", "refused"],
    ["VerifyClientCertIfGiven", "served", "refused", "served"],
    ["RequireAndVerifyClientCert", "served", "refused", "refused"],
  ])("%s: the client of our authority is %s, that of another %s, one without %s", async (type, own, other, none) => {
    const ca = type.includes("Verify") ? { client_ca_file: "ca.pem" } : {};
    const port = await serve(write({ client_auth_type: type, ...ca }));
    for (const [identity, outcome] of [
      [client, own],
      [foreigner, other],
      [undefined, none],
    ] as const) {
      expect(await get1(port, identity)).toBe(outcome === "served" ? "1.1" : outcome);
      expect(await get2(port, identity)).toBe(outcome === "served" ? "2.0" : outcome);
    }
  });
});

it.each([
  ["prometheus", "1.1"],
  ["prometheus@example.com", "1.1"],
  ["2001:db8:0:0::7", "1.1"],
  ["Prometheus", "refused"],
  ["prometheus.example", "refused"],
])("of the names that client_allowed_sans has, %s is %s", async (name, outcome) => {
  const auth = { client_auth_type: "RequireAndVerifyClientCert", client_ca_file: "ca.pem" };
  const port = await serve(write({ ...auth, client_allowed_sans: ["other", name] }));
  expect(await get1(port, client)).toBe(outcome);
});

describe("what is negotiated", () => {
  async function handshake(tls: object, options: SecureContextOptions): Promise<string> {
    const port = await serve(write(tls));
    const socket = connectTls({ port, host: "127.0.0.1", ca: authority.cert, ...options });
    try {
      await once(socket, "secureConnect");
      return `${socket.getProtocol()} ${socket.getCipher().standardName}`;
    } catch {
      return "refused";
    } finally {
      socket.destroy();
    }
  }

  it("is TLS 1.2 at least, unless the file says otherwise", async () => {
    const old = { maxVersion: "TLSv1.1", minVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await handshake({}, { maxVersion: "TLSv1.2" })).toMatch(/^TLSv1\.2 /);
    await server.stop(0);
    expect(await handshake({}, old)).toBe("refused");
    await server.stop(0);
    expect(await handshake({ min_version: "TLS10" }, old)).toMatch(/^TLSv1\.1 /);
    await server.stop(0);
    expect(await handshake({ min_version: "TLS13" }, { maxVersion: "TLSv1.2" })).toBe("refused");
  });

  it("has the cipher suites of the file, in its order", async () => {
    const suites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"];
    const theirs = {
      maxVersion: "TLSv1.2",
      ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
    } as const;
    expect(await handshake({ cipher_suites: suites }, theirs)).toBe(`TLSv1.2 ${suites[0]}`);
    await server.stop(0);
    const clients = await handshake({ cipher_suites: suites, prefer_server_cipher_suites: false }, theirs);
    expect(clients).toBe(`TLSv1.2 ${suites[1]}`);
    await server.stop(0);
    const others = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" } as const;
    expect(await handshake({ cipher_suites: suites }, others)).toBe("refused");
    await server.stop(0);
    expect(await handshake({ cipher_suites: suites }, {})).toMatch(/^TLSv1\.3 /);
  });

  it("has the curves of the file", async () => {
    expect(await handshake({ curve_preferences: ["CurveP384"] }, { ecdhCurve: "X25519:P-384" })).toMatch(/^TLS/);
    await server.stop(0);
    expect(await handshake({ curve_preferences: ["CurveP384"] }, { ecdhCurve: "X25519:P-256" })).toBe("refused");
  });
});

it("asks every path for a user, by both versions of HTTP", async () => {
  const port = await serve(write({}, { basic_auth_users: { prometheus: hashSync("secret", 4) } }));
  const good = { authorization: `Basic ${btoa("prometheus:secret")}` };
  const bad = { authorization: `Basic ${btoa("prometheus:Secret")}` };
  for (const path of ["/", "/metrics", "/-/healthy", "/nothing"]) {
    expect(await get1(port, undefined, { path })).toBe("401");
    expect(await get1(port, undefined, { path, headers: bad })).toBe("401");
    expect(await get1(port, undefined, { path, headers: good })).toBe("1.1");
    expect(await get2(port, undefined, { ":path": path })).toBe("401");
    expect(await get2(port, undefined, { ":path": path, ...good })).toBe("2.0");
  }
});

it("forgets a request whose client has gone while its password was checked", async () => {
  const handle = vi.fn(hello);
  const port = await serve(write({}, { basic_auth_users: { prometheus: hashSync("secret", 10) } }), handle);
  const authorization = `Basic ${btoa("prometheus:secret")}`;
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert });
  const stream = session.request({ authorization });
  stream.on("error", () => {});
  await once(session, "remoteSettings");
  session.destroy();
  // It shares the check with the one that has gone, and comes after it.
  expect(await get2(port, undefined, { authorization })).toBe("2.0");
  expect(handle).toHaveBeenCalledOnce();
});

it("does not wait for a body by HTTP/2", async () => {
  const closed = vi.fn();
  const port = await serve(write({}), async (_request, response) => {
    response.once("close", closed);
    response.end("hello");
  });
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert });
  const stream = session.request({ ":method": "POST" });
  stream.write("a part");
  let body = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  await once(stream, "close");
  expect(body).toBe("hello");
  expect(closed).toHaveBeenCalledOnce();
  session.destroy();
});

it("answers HEAD by HTTP/2 without a body, also where it refuses", async () => {
  const port = await serve(write({}, { basic_auth_users: { prometheus: hashSync("secret", 4) } }));
  const authorization = `Basic ${btoa("prometheus:secret")}`;
  expect(await get2(port, undefined, { ":method": "HEAD" })).toBe("401");
  expect(await get2(port, undefined, { ":method": "HEAD", authorization })).toBe("");
});

it("limits the rate of requests, and says no more than that", async () => {
  const port = await serve(write({}, { rate_limit: { interval: "1h", burst: 2 } }));
  expect([await get1(port), await get2(port), await get1(port), await get2(port)]).toEqual([
    "1.1",
    "2.0",
    "429",
    "429",
  ]);
});

it("sends the headers of the file, in place of its own", async () => {
  const headers = { "X-Frame-Options": "sameorigin", "X-XSS-Protection": 0, "Strict-Transport-Security": "max-age=60" };
  const port = await serve(write({}, { http_server_config: { headers } }));
  const request = httpsRequest({ port, host: "127.0.0.1", ca: authority.cert, agent: false }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  expect(response.headers).toMatchObject({
    "x-frame-options": "sameorigin",
    "x-xss-protection": "0",
    "strict-transport-security": "max-age=60",
    "x-content-type-options": "nosniff",
  });
});

it("leaves out a header that the file has an empty text for", async () => {
  const headers = { "Content-Security-Policy": "", "X-Frame-Options": "deny" };
  const port = await serve(write({}, { http_server_config: { headers } }));
  const request = httpsRequest({ port, host: "127.0.0.1", ca: authority.cert, agent: false }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  expect(Object.keys(response.headers)).not.toContain("content-security-policy");
});

describe("when the file is read again", () => {
  it("serves new connections by what it says then, whatever it says", async () => {
    const port = await serve(write({}));
    expect(await get1(port)).toBe("1.1");

    write({ client_auth_type: "RequireAndVerifyClientCert", client_ca_file: "ca.pem" });
    await webConfig.reload();
    expect([await get1(port), await get1(port, client)]).toEqual(["refused", "1.1"]);

    write({}, { http_server_config: { http2: false } });
    await webConfig.reload();
    expect([await get1(port), await get2(port)]).toEqual(["1.1", "refused"]);

    writeFileSync(join(folder, "web.yml"), "{}");
    await webConfig.reload();
    expect(await get1(port)).toBe("refused");
    const request = httpRequest({ port, host: "127.0.0.1", agent: false }).end();
    const [response] = (await once(request, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  it("shows the new certificate, and leaves the connections of the old one as they are", async () => {
    const port = await serve(write({}));
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert });
    const ask = async (): Promise<unknown> => (await once(session.request({ ":path": "/" }).resume(), "response"))[0];
    expect(await ask()).toMatchObject({ ":status": 200 });

    const next = await makePair("next", authority);
    writePair(next);
    await webConfig.reload();
    const socket = connectTls({ port, host: "127.0.0.1", ca: authority.cert });
    await once(socket, "secureConnect");
    expect(socket.getPeerCertificate().subject.CN).toBe("next");
    socket.destroy();
    expect(await ask()).toMatchObject({ ":status": 200 });
    session.destroy();
    writePair(serverPair);
  });

  it("goes on with what was right before where it is wrong, and says so", async () => {
    const port = await serve(write({}));
    write({ min_version: "TLS14" });
    await expect(webConfig.reload()).rejects.toMatchObject({ code: "invalid_config" });
    expect(await get1(port)).toBe("1.1");
    write({});
    writeFileSync(join(folder, "key.pem"), client.key);
    await expect(webConfig.reload()).rejects.toThrow("is not the key of the certificate in cert_file");
    expect(await get2(port)).toBe("2.0");
    writePair(serverPair);
    await webConfig.reload();
  });
});

it("finishes the answers in flight of HTTP/2 when it is stopped, and takes no more", async () => {
  const asked = vi.fn();
  let answer = (): void => {};
  const port = await serve(write({}), async (_request, response) => {
    asked();
    await new Promise<void>((resolve) => (answer = resolve));
    response.end("late");
  });
  const [busy, idle] = [get2(port), connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert })];
  await once(idle, "remoteSettings");
  const idleClosed = once(idle, "close");
  await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 10_000);
  const stopped = server.stop();
  await idleClosed;
  expect(await get2(port)).toBe("refused");
  answer();
  expect(await busy).toBe("late");
  await stopped;
});

it.each(["1.1", "2"])(
  "sends all of an answer by HTTP/%s that is still on its way when it is stopped",
  async (version) => {
    const length = 20_000_000;
    const asked = vi.fn();
    const port = await serve(write({}), async (_request, response) => {
      asked();
      response.end(Buffer.alloc(length));
    });
    let received = 0;
    const count = (chunk: Buffer): void => void (received += chunk.length);
    const session = version === "2" ? connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert }) : undefined;
    const stream =
      session?.request({ ":path": "/" }) ??
      (
        (await once(
          httpsRequest({ port, host: "127.0.0.1", ca: authority.cert, agent: false }).end(),
          "response",
        )) as IncomingMessage[]
      )[0]!;
    stream.pause();
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 10_000);
    const stopped = server.stop();
    stream.on("data", count).resume();
    await once(stream, "end");
    expect(received).toBe(length);
    await stopped;
  },
);

it("is not troubled by what is no handshake", async () => {
  const port = await serve(write({ client_auth_type: "RequireAnyClientCert" }));
  for (const text of ["GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x00\x05hello", "\0".repeat(100)]) {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("error", () => {}).resume();
    socket.end(text);
    await new Promise((resolve) => socket.once("close", resolve));
  }
  expect(await get1(port, client)).toBe("1.1");
});
