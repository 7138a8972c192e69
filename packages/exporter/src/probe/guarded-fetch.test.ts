import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { networkInterfaces } from "node:os";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type GuardedRequest, GuardedHttp } from "./guarded-fetch.ts";
import { type Resolve, TargetGuard } from "./target-guard.ts";

const servers: (Server | TcpServer)[] = [];
const clients: GuardedHttp[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
});

/** A server on 127.0.0.1, and the requests that it got. */
async function serve(listener: RequestListener): Promise<{ port: number; url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/`, requests };
}

type Fetch = (url: string, request?: GuardedRequest, signal?: AbortSignal) => Promise<Response>;

function guardedFetch(allow: readonly string[] = ["127.0.0.1", "localhost"], resolve?: Resolve): Fetch {
  const client = new GuardedHttp(new TargetGuard({ allow }, resolve));
  clients.push(client);
  return (url, request = {}, signal = new AbortController().signal) => client.fetch(url, request, signal);
}

it("fetches from an allowed target as fetch does", async () => {
  const { url, requests } = await serve((_request, response) => {
    response.writeHead(201, { "Content-Type": "text/plain", "Content-Encoding": "gzip", "X-A": "b" });
    response.end(gzipSync("hello"));
  });
  const response = await guardedFetch()(`${url}a?b#c`, {
    method: "post",
    headers: { Authorization: "Bearer x" },
    body: "body",
  });
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.statusText, response.ok]).toEqual([201, "Created", true]);
  expect([response.headers.get("x-a"), response.url]).toEqual(["b", `${url}a?b#c`]);
  expect(await response.text()).toBe("hello");
  const { method, url: path, headers } = requests[0]!;
  expect([method, path]).toEqual(["POST", "/a?b"]);
  expect(headers).toMatchObject({ authorization: "Bearer x", "content-length": "4" });
  expect(headers["user-agent"]).toMatch(/^exporterkit\//);
});

it.each(["HTTP/1.1 200 Größe ≠ 0", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 205 Reset", "HTTP/1.0 304 Not Modified"])(
  "takes an answer that begins with %s",
  async (line) => {
    const server = createTcpServer((socket) => socket.resume().end(`${line}\r\nContent-Length: 0\r\nX-A: ≠\r\n\r\n`));
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    const response = await guardedFetch()(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(`${line} `).toContain(` ${response.status} `);
    expect(await response.text()).toBe("");
  },
);

it("finds names by the resolver, and takes answers without a body", async () => {
  const { port } = await serve((_request, response) => response.writeHead(204).end());
  const resolve: Resolve = (_name, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const fetch = guardedFetch(["a.example", "127.0.0.1"], resolve);
  const response = await fetch(`http://a.example:${port}/`);
  expect([response.status, response.body, await response.text()]).toEqual([204, null, ""]);
});

const hasIpv6 = Object.values(networkInterfaces()).some((entries) => entries?.some(({ address }) => address === "::1"));

it.skipIf(!hasIpv6)("fetches from IPv6 addresses that are allowed (needs IPv6)", async () => {
  const server = createServer((_request, response) => response.end("hello")).listen(0, "::1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await (await guardedFetch(["::1"])(`http://[::1]:${port}/`)).text()).toBe("hello");
  await expect(guardedFetch(["fd00::/8"])(`http://[::1]:${port}/`)).rejects.toMatchObject({ code: "target_refused" });
});

it.each([
  ["http://127.0.0.2/", "target_refused"],
  ["http://[::1]/", "target_refused"],
  ["http://0x7f000002/", "target_refused"],
  ["http://2130706434/", "target_refused"],
  ["http://127.0.0.2./", "target_refused"],
  ["http://[::ffff:127.0.0.2]/", "target_refused"],
  ["http://169.254.169.254/latest/meta-data/", "target_refused"],
  ["http://localhost.:80/", "target_refused"],
  ["http://example.com/", "target_refused"],
  ["http://someone:hunter2@127.0.0.1/", "invalid_target"],
  ["file:///etc/passwd", "invalid_target"],
  ["data:text/plain,x", "invalid_target"],
  ["http://someone:hunter2@127.0.0.1:99999/", "invalid_target"],
  ["/path", "invalid_target"],
])("refuses %s, asked for or redirected to", async (target, code) => {
  const { url } = await serve((_request, response) => response.writeHead(302, { Location: target }).end());
  const fetch = guardedFetch();
  for (const asked of [target, url]) {
    if (target === "/path" && asked === url) continue;
    const failure = (await fetch(asked, { maxRedirects: 1 }).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code });
    expect(failure.message).not.toMatch(/hunter2|someone/);
  }
});

it("refuses a name that is rebound for the next connection, also behind a redirect", async () => {
  const { port, requests } = await serve((request, response) => {
    response.setHeader("Connection", "close");
    if (request.url === "/away") response.writeHead(302, { Location: `http://b.example:${port}/` });
    response.end();
  });
  const answers = ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"];
  const resolve: Resolve = (_name, _options, callback) => callback(null, [{ address: answers.shift()!, family: 4 }]);
  const fetch = guardedFetch(["*.example", "127.0.0.1"], resolve);
  expect((await fetch(`http://a.example:${port}/`)).status).toBe(200);
  await expect(fetch(`http://a.example:${port}/`)).rejects.toMatchObject({ code: "target_refused" });
  await expect(fetch(`http://a.example:${port}/away`)).rejects.toMatchObject({
    code: "target_refused",
    message: expect.stringContaining(
      `b.example:${port} is refused because its address 127.0.0.2 is a loopback`,
    ) as string,
  });
  expect([answers.length, requests.length]).toEqual([0, 2]);
});

describe("redirects", () => {
  it("are followed, and no further than is allowed", async () => {
    const { url, requests } = await serve((request, response) => {
      const left = Number(request.url!.slice(1));
      if (left > 0) response.writeHead(302, { Location: `/${left - 1}` });
      response.end("at last");
    });
    const fetch = guardedFetch();
    const response = await fetch(`${url}5`);
    expect([await response.text(), response.url]).toEqual(["at last", `${url}0`]);
    requests.length = 0;
    await expect(fetch(`${url}6`)).rejects.toMatchObject({
      code: "fetch_failed",
      message: `Fetching ${url}1 failed: it redirected more than 5 times; set maxRedirects if it has to.`,
    });
    expect(requests).toHaveLength(6);
    await expect(fetch(`${url}1`, { maxRedirects: 0 })).rejects.toMatchObject({ code: "fetch_failed" });
    const seen = await fetch(`${url}1`, { redirect: "manual" });
    expect([seen.status, seen.headers.get("location")]).toEqual([302, "/0"]);
  });

  it("may not go round in a circle", async () => {
    const { url, requests } = await serve((request, response) =>
      response.writeHead(307, { Location: request.url! }).end("x".repeat(100_000)),
    );
    await expect(guardedFetch()(url)).rejects.toMatchObject({ code: "fetch_failed" });
    expect(requests).toHaveLength(6);
  });

  it("may not leave the URLs that are allowed", async () => {
    const { url, requests } = await serve((_request, response) =>
      response.writeHead(301, { Location: "/admin" }).end(),
    );
    await expect(guardedFetch([`${url}health`])(`${url}health`)).rejects.toMatchObject({ code: "target_refused" });
    expect(requests).toHaveLength(1);
  });

  it("take no credentials to another origin, nor back from there", async () => {
    const first = await serve((request, response) => {
      const place = { "/away": other.url, "/here": "/" }[request.url!];
      if (place !== undefined) response.writeHead(302, { Location: place });
      response.end();
    });
    const other = await serve((_request, response) => response.writeHead(302, { Location: first.url }).end());
    const secrets = { Authorization: "x", Cookie: "x", "X-Api-Key": "x", "Proxy-Authorization": "x" };
    const fetch = guardedFetch();
    const headers = { ...secrets, Accept: "text/plain", "User-Agent": "probe" };
    expect((await fetch(`${first.url}here`, { headers })).status).toBe(200);
    expect((await fetch(`${first.url}away`, { headers })).status).toBe(200);
    const kept = [...first.requests.slice(0, 3), ...other.requests, ...first.requests.slice(3)].map((request) =>
      Object.keys(secrets).filter((name) => name.toLowerCase() in request.headers),
    );
    expect(kept).toEqual([Object.keys(secrets), Object.keys(secrets), Object.keys(secrets), [], []]);
    expect(other.requests[0]!.headers).toMatchObject({ accept: "text/plain", "user-agent": "probe" });
  });

  it.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", ""],
    [301, "PUT", "PUT", "body"],
    [307, "POST", "POST", "body"],
    [308, "POST", "POST", "body"],
  ])(
    "with status %d make of a %s with a body a %s, as the Fetch standard says",
    async (status, method, becomes, body) => {
      const bodies: string[] = [];
      const { url, requests } = await serve((request, response) => {
        const chunks: string[] = [];
        request.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
        request.on("end", () => {
          bodies.push(chunks.join(""));
          if (request.url === "/") response.writeHead(status, { Location: "/next" });
          response.end();
        });
      });
      const send = method === "HEAD" ? {} : { body: "body", headers: { "Content-Type": "text/x" } };
      await guardedFetch()(url, { method, ...send });
      expect([requests[1]!.method, bodies[1], requests[1]!.headers["content-type"]]).toEqual([
        becomes,
        body,
        body === "" ? undefined : "text/x",
      ]);
    },
  );

  it("do not take a body to another origin", async () => {
    const other = await serve((_request, response) => response.end());
    const { url } = await serve((_request, response) => response.writeHead(307, { Location: other.url }).end());
    await expect(guardedFetch()(url, { method: "POST", body: "secret" })).rejects.toMatchObject({
      code: "fetch_failed",
    });
    expect(other.requests).toEqual([]);
  });
});

describe("a body", () => {
  it("may have as many bytes as are allowed, and not one more", async () => {
    const { url } = await serve((_request, response) => response.end("x".repeat(1000)));
    const fetch = guardedFetch();
    expect(await (await fetch(url, { maxBodyBytes: 1000 })).text()).toHaveLength(1000);
    await expect((await fetch(url, { maxBodyBytes: 999 })).text()).rejects.toMatchObject({
      code: "fetch_failed",
      message: `Fetching ${url} failed: its body is larger than 999 bytes; set maxBodyBytes if it has to be.`,
    });
  });

  it("is counted as it is decompressed, and ends with its connection", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { url, requests } = await serve((_request, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": bomb.length + 1 });
      response.write(bomb);
    });
    await expect((await guardedFetch()(url)).arrayBuffer()).rejects.toMatchObject({
      message: expect.stringContaining("larger than 10485760 bytes") as string,
    });
    await expect.poll(() => requests[0]!.socket.destroyed).toBe(true);
  });

  it("that never ends is cut off", async () => {
    const { url, requests } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65536)));
      };
      response.on("drain", more);
      more();
    });
    await expect((await guardedFetch()(url)).text()).rejects.toMatchObject({ code: "fetch_failed" });
    await expect.poll(() => requests[0]!.socket.destroyed).toBe(true);
  });

  it("that breaks off fails", async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "Content-Length": 10 }).write("x", () => response.destroy());
    });
    await expect(guardedFetch()(url).then((response) => response.text())).rejects.toMatchObject({
      code: "fetch_failed",
    });
  });
});

describe("the signal", () => {
  it.each(["before the headers", "in the middle of the body"])("ends a request %s", async (when) => {
    const { url, requests } = await serve((_request, response) => {
      if (when !== "before the headers") response.write("x");
    });
    const scrape = new AbortController();
    const own = new AbortController();
    const fetch = guardedFetch();
    for (const { signal, abort } of [
      { signal: scrape.signal, abort: () => scrape.abort(new Error("time is up")) },
      { signal: new AbortController().signal, abort: () => own.abort(new Error("time is up")) },
    ]) {
      requests.length = 0;
      const text = fetch(url, { signal: own.signal }, signal).then((response) => response.text());
      const failed = expect(text).rejects.toThrow("time is up");
      await expect.poll(() => requests).toHaveLength(1);
      abort();
      await failed;
      await expect.poll(() => requests[0]!.socket.destroyed).toBe(true);
    }
    await expect(fetch(url, {}, scrape.signal)).rejects.toThrow("time is up");
  });
});

it("says why there is no answer", async () => {
  const server = createTcpServer((socket) => socket.resume().end("garbage\r\n\r\n")).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fetch = guardedFetch(["127.0.0.1", "gone.example"], (_name, _options, callback) =>
    callback(new Error("no such name"), []),
  );
  await expect(fetch(`http://127.0.0.1:${port}/?token=hunter2`)).rejects.toMatchObject({
    code: "fetch_failed",
    message: expect.stringMatching(/^Fetching http:\/\/127\.0\.0\.1:\d+\/ failed: .*(HTTP|Parse)/) as string,
  });
  await expect(fetch(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: "fetch_failed" });
  const { url } = await serve((request, response) => {
    if (request.url === "/large") response.writeHead(200, { "X-Large": "x".repeat(100_000) });
    else response.writeHead(700);
    response.end("x");
  });
  await expect(fetch(`${url}large`)).rejects.toThrow("/large failed: Headers Overflow");
  await expect(fetch(url)).rejects.toThrow("failed: its status is 700, which HTTP does not have.");
  await expect(fetch("http://gone.example/")).rejects.toThrow("Fetching http://gone.example/ failed: no such name.");
  server.close();
  await once(server, "close");
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(/failed: connect ECONNREFUSED/);
});
