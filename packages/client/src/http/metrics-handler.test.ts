import { execFileSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer, get as httpGet, type IncomingMessage, type Server as HttpServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Gauge } from "../metrics/gauge.ts";
import { parse } from "../parse/parse.ts";
import { Registry } from "../registry.ts";
import { readValue } from "../testing/read.ts";
import { type MetricsHandler, metricsHandler } from "./metrics-handler.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The port of a server on node:http that has the handler at every path. */
async function serve(handler: MetricsHandler): Promise<number> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  closing.push(() => server.close().closeAllConnections());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** The two ways in which a handler is asked. */
const ways: [name: string, serve: (handler: MetricsHandler) => Promise<Ask>][] = [
  [
    "node:http",
    async (handler) => {
      const port = await serve(handler);
      return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
    },
  ],
  ["Fetch", async (handler) => (path, init) => handler(new Request(`http://localhost${path}`, init))],
];

function registryOf(names: readonly string[], collect?: () => Promise<void>): Registry {
  const registry = new Registry({ onCollectError() {} });
  for (const name of names)
    new Gauge({ name, help: "A value.", registers: [registry], ...(collect && { collect }) }).set(1);
  return registry;
}

/** A promise, with the function that resolves it. */
function gate(): { opened: Promise<unknown>; open: () => void } {
  const emitter = new EventEmitter();
  return { opened: once(emitter, "open"), open: () => void emitter.emit("open") };
}

/** A registry whose one metric says when it is collected, and is not done before it is let go. */
function heldRegistry(): Record<"entered" | "held", ReturnType<typeof gate>> & { registry: Registry } {
  const entered = gate();
  const held = gate();
  const registry = registryOf(["slow"], async () => {
    entered.open();
    await held.opened;
  });
  return { registry, entered, held };
}

describe.each(ways)("asked over %s", (_name, start) => {
  it("answers with the metrics and its own, in text 0.0.4 unless another format is asked for", async () => {
    const ask = await start(metricsHandler({ registry: registryOf(["a"]) }));
    const plain = await ask("/metrics");
    expect(plain.status).toBe(200);
    expect(plain.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
    expect(plain.headers.get("vary")).toBe("Accept, Accept-Encoding");
    const text = await plain.text();
    expect(text).toContain("\na 1\n");
    expect(text).toContain("\nexporterkit_scrapes_in_flight 1\n");

    const asked = await ask("/metrics", { headers: { accept: "application/openmetrics-text; version=1.0.0" } });
    expect(asked.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const openMetrics = await asked.text();
    expect(openMetrics).toMatch(/# EOF\n$/);
    expect(openMetrics).toMatch(/^exporterkit_scrapes_total\{status="200"\} 1(?:\.0)?$/m);
  });

  it("compresses where that is liked, and says how long the body is", async () => {
    const registry = new Registry();
    const help = "Long enough to compress. ".repeat(100);
    new Gauge({ name: "a", help, registers: [registry] });
    const ask = await start(metricsHandler({ registry, ownMetrics: false }));
    const compressed = await ask("/", { headers: { "accept-encoding": "gzip" } });
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    // The client of the runtime inflates what came over HTTP.
    const body = Buffer.from(await compressed.arrayBuffer());
    const text = body[0] === 0x1f ? gunzipSync(body).toString() : body.toString();
    expect(text).toBe(`# HELP a ${help}\n# TYPE a gauge\na 0\n`);
    const plain = await ask("/", { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("content-length")).toBe(String(text.length));
  });

  it("has middleware that compresses responses leave its answers alone, of which some says nothing of what is sent", async () => {
    const ask = await start(metricsHandler({ registry: registryOf(["a"]) }));
    for (const method of ["GET", "POST"]) {
      expect((await ask("/", { method })).headers.get("cache-control")).toBe("no-transform");
    }
  });

  it("answers with the families asked for by name", async () => {
    const ask = await start(metricsHandler({ registry: registryOf(["a", "b", "c"]) }));
    const text = await (await ask("/metrics?x=y&name[]=a&name%5B%5D=c")).text();
    expect(text.match(/^\w+ /gm)).toEqual(["a ", "c "]);
  });

  it("answers HEAD like GET without a body, and other methods with 405", async () => {
    const ask = await start(metricsHandler({ registry: registryOf(["a"]), ownMetrics: false }));
    const plain = { "accept-encoding": "identity" };
    const head = await ask("/", { method: "HEAD", headers: plain });
    const get = await ask("/", { headers: plain });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String((await get.text()).length));
    expect(await head.text()).toBe("");
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const refused = await ask("/", { method });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  it("answers 503 when too many scrapes run", async () => {
    const { registry, entered, held } = heldRegistry();
    const ask = await start(metricsHandler({ registry, maxScrapes: 1 }));
    const first = ask("/");
    await entered.opened;
    expect((await ask("/")).status).toBe(503);
    held.open();
    const answered = await first;
    expect(answered.status).toBe(200);
    await answered.text();
    expect(await (await ask("/")).text()).toContain('exporterkit_scrapes_total{status="503"} 1');
  });

  it("leaves out what is not up to date by the deadline that Prometheus gives", async () => {
    const registry = registryOf(["slow"], () => new Promise(() => {}));
    new Gauge({ name: "fast", help: "Fast.", registers: [registry] });
    const ask = await start(metricsHandler({ registry, ownMetrics: false }));
    const answered = await ask("/", { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "0.1" } });
    expect(await answered.text()).toBe("# HELP fast Fast.\n# TYPE fast gauge\nfast 0\n");
  });

  it("does not wait longer than that for a scrape which has more time", async () => {
    const { registry, entered, held } = heldRegistry();
    const ask = await start(metricsHandler({ registry, timeoutOffsetSeconds: 0.01 }));
    const patient = ask("/", { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "60" } });
    await entered.opened;
    const hasty = await ask("/", { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "0.1" } });
    expect([hasty.status, await hasty.text()]).toEqual([503, "Not done within 0.09 s.\n"]);
    held.open();
    expect((await patient).status).toBe(200);
  });

  it("answers 500 and tells its log alone why", async () => {
    const onError = vi.fn();
    const secret = new Error("password=secret");
    const ask = await start(metricsHandler({ registry: () => Promise.reject(secret), onError }));
    const failed = await ask("/");
    expect([failed.status, await failed.text()]).toEqual([500, "Failed; the log says why.\n"]);
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret, "metrics handler");
  });

  it("answers 500 although its log fails too", async () => {
    const ask = await start(
      metricsHandler({
        registry: () => Promise.reject(new Error("first")),
        onError() {
          throw new Error("second");
        },
      }),
    );
    expect((await ask("/")).status).toBe(500);
  });

  it("sends a long exposition whole and unchanged, whatever changes meanwhile", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "many", help: "Many.", labelNames: ["i"], registers: [registry] });
    const set = (value: number): void => {
      for (let i = 0; i < 100_000; i++) gauge.set({ i }, value);
    };
    set(1111);
    const ask = await start(metricsHandler({ registry, ownMetrics: false }));
    const slow = await ask("/", { headers: { "accept-encoding": "identity" } });
    set(2222);
    const quick = await (await ask("/")).text();
    const text = await slow.text();
    expect(text).toHaveLength(Number(slow.headers.get("content-length")));
    expect(text).toBe(quick.replaceAll(" 2222\n", " 1111\n"));
    expect(parse(text)[0]!.samples).toHaveLength(100_000);
  });
});

it("says when the client has gone, which is no fault", async () => {
  const entered = gate();
  const onError = vi.fn();
  const isAbandoned = vi.fn<() => boolean>();
  const left = gate();
  const port = await serve(
    metricsHandler({
      async registry(scrape) {
        entered.open();
        await once(scrape.signal, "abort");
        isAbandoned.mockReturnValue(scrape.isAbandoned());
        left.open();
        throw scrape.signal.reason;
      },
      onError,
    }),
  );
  const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await entered.opened;
  client.destroy();
  await left.opened;
  expect(isAbandoned()).toBe(true);
  expect(onError).not.toHaveBeenCalled();
});

it("gives a scrape's place back when its client goes, having read nothing", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "many", help: "Many.", labelNames: ["i"], registers: [registry] });
  for (let i = 0; i < 20_000; i++) gauge.set({ i: String(i).padStart(1000, "x") }, i);
  const port = await serve(metricsHandler({ registry, maxScrapes: 1 }));
  const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await once(client, "readable");
  const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/?name[]=none`);
  expect((await ask()).status).toBe(503);
  client.destroy();
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), 10_000);
});

it("answers where a program's tests have taken the place of timers", async () => {
  const port = await serve(metricsHandler({ registry: registryOf(["a"]) }));
  vi.useFakeTimers();
  closing.push(() => vi.useRealTimers());
  const [response] = (await once(httpGet({ port, agent: false }), "response")) as [IncomingMessage];
  expect(await textOf(response)).toContain("\na 1\n");
});

it("gives the places back of scrapes that were asked for over one connection, which closes", async () => {
  const { registry, entered, held } = heldRegistry();
  const inFlight = (): Promise<number | undefined> => readValue(registry, "exporterkit_scrapes_in_flight");
  const port = await serve(metricsHandler({ registry, maxScrapes: 3 }));
  const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(30)));
  await entered.opened;
  client.destroy();
  held.open();
  await vi.waitFor(async () => expect(await inFlight()).toBe(0), 10_000);
});

it("collects nothing for a client that has gone before its request was read", async () => {
  let collected = 0;
  const registry = registryOf(["a"], async () => void collected++);
  const port = await serve(metricsHandler({ registry }));
  const comeAndGo = `const client = require("net").connect(${port}, "127.0.0.1", () => {
    client.write("GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", () => client.destroy());
  })`;
  // The server hears of this client only once this is over.
  execFileSync(process.execPath, ["-e", comeAndGo]);
  await vi.waitFor(async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(text).toContain('exporterkit_scrapes_total{status="499"} 1\n');
    expect(collected).toBe(Number(/^exporterkit_scrapes_total\{status="200"\} (\d+)$/m.exec(text)![1]) + 1);
  }, 10_000);
});

it("breaks off where a response in the manner of Fetch is not read within a minute, and gives its place back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const registry = new Registry();
    const gauge = new Gauge({ name: "many", help: "Many.", labelNames: ["i"], registers: [registry] });
    for (let i = 0; i < 20_000; i++) gauge.set({ i }, 1111);
    const handler = metricsHandler({ registry, maxScrapes: 1 });
    const ask = (): Promise<Response> => handler(new Request("http://localhost/?name[]=many"));
    const reader = (await ask()).body!.getReader();
    await reader.read();
    await vi.advanceTimersByTimeAsync(59_000);
    expect((await ask()).status).toBe(503);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await ask()).status).toBe(200);
    await expect(reader.read()).rejects.toThrow("not read within 60 s");
  } finally {
    vi.useRealTimers();
  }
});

it("answers a server of node:http without what Node.js has for fetch, which it would have to load", async () => {
  const port = await serve(metricsHandler({ registry: registryOf(["a"]), ownMetrics: false }));
  const { Request } = globalThis;
  const read = vi.fn(() => Request);
  Object.defineProperty(globalThis, "Request", { configurable: true, get: read });
  closing.push(() =>
    Object.defineProperty(globalThis, "Request", { configurable: true, writable: true, value: Request }),
  );
  const [answer] = (await once(httpGet({ port }), "response")) as [IncomingMessage];
  expect(await textOf(answer)).toContain("a 1");
  expect(read).not.toHaveBeenCalled();
});

it("answers over HTTP/2", async () => {
  const handler = metricsHandler({ registry: registryOf(["a"]), ownMetrics: false });
  const server = createHttp2Server((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(
    () => server.close(),
    () => session.close(),
  );
  for (const method of ["GET", "HEAD"]) {
    const stream = session.request({ ":path": "/metrics", ":method": method });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect([headers[":status"], headers["content-length"]]).toEqual([200, "37"]);
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe(method === "HEAD" ? "" : "# HELP a A value.\n# TYPE a gauge\na 1\n");
  }
});

it.each<[string, () => HttpServer | Http2Server, (port: number) => () => unknown]>([
  [
    "node:http",
    createServer,
    (port) => {
      const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
      return () => client.destroy();
    },
  ],
  [
    "node:http2",
    createHttp2Server,
    (port) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      session.request({ ":path": "/" }).on("error", () => {});
      return () => session.destroy();
    },
  ],
])("keeps no place for a response of %s that was closed before it is asked", async (_name, create, ask) => {
  const handler = metricsHandler({ registry: registryOf(["a"]), maxScrapes: 1 });
  const server = create().listen(0, "127.0.0.1");
  await once(server, "listening");
  const requested = once(server, "request") as Promise<[NodeRequest, NodeResponse & EventEmitter]>;
  const leave = ask((server.address() as AddressInfo).port);
  const [request, response] = await requested;
  const closed = once(response, "close");
  leave();
  await closed;
  await handler(request, response);
  expect((await handler(new Request("http://localhost/"))).status).toBe(200);
  server.close();
});

it("refuses limits that are none", () => {
  expect(() => metricsHandler({ maxScrapes: 0 })).toThrow("maxScrapes is 0; give a number above 0.");
  expect(() => metricsHandler({ timeoutOffsetSeconds: -1 })).toThrow("timeoutOffsetSeconds is -1");
});
