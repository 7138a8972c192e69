import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.ts";
import { closeServers, serveJson } from "./fixtures/json-server.ts";
import type { ExchangeLimits, HttpAnswer } from "./exchange.ts";
import { ClientTokens, HttpClient } from "./http-client.ts";
import type { HttpSettings } from "./http-settings.ts";

interface Pair {
  readonly key: string;
  readonly cert: string;
}

async function makePair(name: string, ca?: Pair): Promise<Pair> {
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: ca === undefined },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
    ...(ca !== undefined && { ca: { ...ca } }),
  });
  return { key: made.private, cert: made.cert };
}

const folder = mkdtempSync(join(tmpdir(), "http-client-"));
const file = (name: string): string => join(folder, name);
let authority: Pair;
let server: Pair;

beforeAll(async () => {
  authority = await makePair("authority");
  const [own, client] = await Promise.all([makePair("api.example", authority), makePair("exporter", authority)]);
  server = own;
  writeFileSync(file("ca.pem"), authority.cert);
  writeFileSync(file("client.pem"), client.cert);
  writeFileSync(file("client-key.pem"), client.key);
});
afterAll(() => rmSync(folder, { recursive: true }));

const clients: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  closeServers();
});

const limits: ExchangeLimits = {
  signal: new AbortController().signal,
  maxBytes: 1000,
  maxRedirects: 5,
  isValid: (status) => status === 200,
};

function clientOf(settings: HttpSettings): (url: string, method?: string) => Promise<HttpAnswer> {
  const tokens = new ClientTokens(settings);
  const client = new HttpClient(settings, tokens);
  clients.push(client, tokens);
  return (url, method = "GET") => client.send({ method, url: new URL(url), headers: { "x-key": "sesame" } }, limits);
}

describe("TLS", () => {
  const tls = (rest: object): HttpSettings => ({
    tls_config: { ca_file: file("ca.pem"), server_name: "api.example", insecure_skip_verify: false, ...rest },
  });

  it("trusts the authority that is given, for the name that is given", async () => {
    const { origin } = await serveJson({}, server);
    expect((await clientOf(tls({}))(origin)).status).toBe(200);
    await expect(clientOf({})(origin)).rejects.toThrow(/unable to (?:verify|get)|self-signed/);
    await expect(clientOf(tls({ server_name: undefined }))(origin)).rejects.toThrow(
      "IP: 127.0.0.1 is not in the cert's list",
    );
    await expect(clientOf(tls({ server_name: "other.example" }))(origin)).rejects.toThrow(
      "is not in the cert's altnames",
    );
    const skipping = { ca_file: undefined, server_name: undefined, insecure_skip_verify: true };
    expect((await clientOf(tls(skipping))(origin)).status).toBe(200);
  });

  it("shows the certificate of the client, and reads it anew where it has changed", async () => {
    const options = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const { origin, requests } = await serveJson({}, options);
    await expect(clientOf(tls({}))(origin)).rejects.toThrow(/alert|closed|reset/i);
    const send = clientOf(tls({ cert_file: file("client.pem"), key_file: file("client-key.pem") }));
    expect((await send(origin)).status).toBe(200);
    const [cert, key] = [readFileSync(file("client.pem")), readFileSync(file("client-key.pem"))];
    const foreigner = await makePair("exporter");
    writeFileSync(file("client.pem"), foreigner.cert);
    writeFileSync(file("client-key.pem"), foreigner.key);
    await expect(send(origin)).rejects.toThrow();
    writeFileSync(file("client.pem"), cert);
    writeFileSync(file("client-key.pem"), key);
    expect((await send(origin)).status).toBe(200);
    expect(requests).toHaveLength(2);
  });

  it("says which file cannot be read", async () => {
    await expect(clientOf(tls({ ca_file: file("none.pem") }))("https://127.0.0.1:1/")).rejects.toThrow(
      "ca_file cannot be read: ENOENT",
    );
  });

  it("is what the server must speak", async () => {
    const { origin } = await serveJson({});
    await expect(clientOf({})(origin.replace("http", "https"))).rejects.toThrow(/wrong version number|packet length/);
  });
});

describe("credentials", () => {
  it("go along to the same origin, and never to another", async () => {
    const other = await serveJson({});
    const { origin, requests } = await serveJson(({ url }, response) => {
      if (url === "/there") response.writeHead(307, { location: `${other.origin}/` }).end();
      else if (url === "/") response.writeHead(302, { location: "/here?a" }).end();
      else response.end("{}");
    });
    const settings: HttpSettings = { basic_auth: { username: "me", password: new Secret("pässword") } };
    const send = clientOf(settings);
    expect((await send(origin)).url.pathname).toBe("/here");
    const authorization = `Basic ${Buffer.from("me:pässword").toString("base64")}`;
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
    await expect(send(`${origin}/there`)).rejects.toThrow("redirects to another origin");
    expect(other.requests).toEqual([]);
  });

  it("are those that a redirect after a POST keeps, without the body", async () => {
    const { origin, requests } = await serveJson(({ url }, response) => {
      if (url === "/") response.writeHead(303, { location: "/result" }).end();
      else response.end("{}");
    });
    await clientOf({ authorization: { type: "Token", credentials: new Secret("abc") } })(origin, "POST");
    expect(requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ["POST", "Token abc"],
      ["GET", "Token abc"],
    ]);
  });
});

describe("OAuth 2", () => {
  interface Asked {
    readonly authorization: string | undefined;
    readonly body: string;
  }

  /** A server of tokens, `1`, `2` and so on. */
  async function serveTokens(
    answer: (asked: Asked, count: number) => [number, object],
  ): Promise<{ url: string; asked: Asked[] }> {
    const asked: Asked[] = [];
    const { origin } = await serveJson((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        asked.push({ authorization: request.headers.authorization, body });
        const [status, document] = answer(asked.at(-1)!, asked.length);
        response.writeHead(status).end(JSON.stringify(document));
      });
    });
    return { url: `${origin}/token`, asked };
  }

  const settings = (url: string): HttpSettings => ({
    oauth2: {
      client_id: "me&you",
      client_secret: new Secret("se same"),
      token_url: url,
      scopes: ["a", "b"],
      endpoint_params: { audience: "api" },
    },
  });

  it("fetches a token once for as long as it is good, also for several at once", async () => {
    const tokens = await serveTokens((_, count) => [200, { access_token: `t${count}`, expires_in: 3600 }]);
    const { origin, requests } = await serveJson({});
    const send = clientOf(settings(tokens.url));
    await Promise.all([send(origin), send(origin)]);
    await send(origin);
    const pair = Buffer.from("me%26you:se%20same").toString("base64");
    expect(tokens.asked).toEqual([
      { authorization: `Basic ${pair}`, body: "grant_type=client_credentials&audience=api&scope=a+b" },
    ]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer t1"));
  });

  it("fetches a new one where it has expired, or is refused", async () => {
    const tokens = await serveTokens((_, count) => [
      200,
      { access_token: `t${count}`, expires_in: count === 1 ? 0 : 3600 },
    ]);
    const { origin, requests } = await serveJson(({ headers }, response) => {
      response.writeHead(headers.authorization === "Bearer t2" ? 401 : 200).end("{}");
    });
    const send = clientOf(settings(tokens.url));
    expect((await send(origin)).status).toBe(200);
    expect((await send(origin)).status).toBe(200);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2", "Bearer t3"]);
  });

  it("gives up where a new one is refused, too", async () => {
    const tokens = await serveTokens((_, count) => [200, { access_token: `t${count}` }]);
    const { origin } = await serveJson((_, response) => response.writeHead(401).end());
    expect((await clientOf(settings(tokens.url))(origin)).status).toBe(401);
    expect(tokens.asked).toHaveLength(2);
  });

  it("gives the secret in the body where the server wants it there", async () => {
    const tokens = await serveTokens(({ authorization }) =>
      authorization === undefined ? [200, { access_token: "t" }] : [401, {}],
    );
    const { origin } = await serveJson({});
    expect((await clientOf(settings(tokens.url))(origin)).status).toBe(200);
    expect(tokens.asked[1]!.body).toBe(
      "grant_type=client_credentials&audience=api&scope=a+b&client_id=me%26you&client_secret=se+same",
    );
  });

  it.each<[string, [number, object], string]>([
    ["answers with an error", [500, {}], "it answered with status 500"],
    ["has no token", [200, { token: "sesame" }], "its answer has no access_token"],
    ["has a token that no header may have", [200, { access_token: "a\nb" }], "its answer has no access_token"],
  ])("says so where the server %s", async (_, answer, error) => {
    const tokens = await serveTokens(() => answer);
    await expect(clientOf(settings(tokens.url))("http://127.0.0.1:1/")).rejects.toThrow(
      `the token_url of oauth2 gave no token: ${error}`,
    );
  });
});

it("goes through a proxy, with the proxy's own user, which the target is not told", async () => {
  const proxied: string[] = [];
  const note = (url: string, authorization: string | undefined): void => void proxied.push(`${url} ${authorization}`);
  const proxy = createServer((request, response) => {
    note(new URL(request.url!).pathname, request.headers["proxy-authorization"]);
    response.end("{}");
  });
  proxy.on("connect", (request, socket) => {
    note("CONNECT", request.headers["proxy-authorization"]);
    const [host, port] = request.url!.split(":") as [string, string];
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  try {
    const proxyUrl = `http://user:word@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { origin, requests } = await serveJson({}, server);
    const tls = { ca_file: file("ca.pem"), server_name: "api.example", insecure_skip_verify: false };
    const send = clientOf({ proxy_url: proxyUrl, tls_config: tls });
    expect((await send(`${origin}/secure`)).status).toBe(200);
    expect(requests[0]!.headers["proxy-authorization"]).toBeUndefined();
    await send("http://nowhere.invalid/plain");
    const user = `Basic ${Buffer.from("user:word").toString("base64")}`;
    expect(proxied).toEqual([`CONNECT ${user}`, `/plain ${user}`]);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});
