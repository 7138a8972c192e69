import { once } from "node:events";
import { createServer, type RequestListener, ServerResponse } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { readNativeHistogram, readValue } from "../testing/read.ts";
import { httpMetrics, setRoute } from "./http-metrics.ts";

let registry: Registry;
beforeEach(() => (registry = new Registry()));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const url = await listen(server);
  closing.push(() => server.closeAllConnections());
  return url;
}

/** How many requests were counted, by their labels. */
async function counts(): Promise<string[]> {
  const text = await registry.metrics();
  return Array.from(
    text.matchAll(/^http_request_duration_seconds_count\{(.*)\} (\d+)$/gm),
    ([, labels, count]) => `${labels!.replaceAll(/\w+="([^"]*)"/g, "$1")} ${count}`,
  ).toSorted();
}

/** Sends bytes, and reads until the server closes the connection. */
async function exchange(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(request);
  let answered = "";
  for await (const chunk of socket) answered += String(chunk);
  return answered;
}

it("measures requests by method, route and status, and serves the metrics beside the application", async () => {
  const url = await serve(
    httpMetrics(
      (request, response) => {
        if (request.url === "/") setRoute(request, "/");
        else response.statusCode = 404;
        response.end("Hello");
      },
      { registry },
    ),
  );
  expect(await (await fetch(url)).text()).toBe("Hello");
  await fetch(url, { method: "HEAD" });
  await fetch(url, { method: "POST", body: "x" });
  for (const path of ["/a", "/b?c=d"]) expect((await fetch(url + path)).status).toBe(404);

  const text = await (await fetch(`${url}/metrics?x`)).text();
  expect(text).toMatch(/^http_request_duration_seconds_bucket\{method="GET",route="\/",status="200",le="10"\} 1$/m);
  expect(text).toMatch(/^http_requests_in_flight 0$/m);
  expect(text).toMatch(/^exporterkit_scrapes_in_flight 1$/m);
  expect(await counts()).toEqual(["GET,/,200 1", "GET,unmatched,404 2", "HEAD,/,200 1", "POST,/,200 1"]);
});

it("counts the time until the response has ended, and what is in flight until then", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  closing.push(() => vi.useRealTimers());
  const url = await serve(
    httpMetrics(
      async (_request, response) => {
        response.write("one");
        vi.advanceTimersByTime(1000);
        await setImmediate();
        expect(await readValue(registry, "http_requests_in_flight")).toBe(1);
        vi.advanceTimersByTime(500);
        response.end("two");
      },
      { registry },
    ),
  );
  expect(await (await fetch(url)).text()).toBe("onetwo");
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
  const text = await registry.metrics();
  expect(text).toMatch(/^http_request_duration_seconds_sum\{.*\} 1\.5$/m);
});

it("counts a client that goes before the answer as 499, and in the middle of a stream by the status it got", async () => {
  const url = await serve(
    httpMetrics(
      (request, response) => {
        setRoute(request, request.url!);
        if (request.url === "/streams") response.write("some");
        else client.destroy();
      },
      { registry },
    ),
  );
  let client = connect(Number(new URL(url).port), "127.0.0.1");
  client.write("GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(client, "close");
  client = connect(Number(new URL(url).port), "127.0.0.1");
  client.write("GET /streams HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(client, "data");
  client.destroy();
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,/streams,200 1", "GET,/waits,499 1"]), 10_000);
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
});

it("counts a request that it is told of when its client has gone, as 499, and not as in flight for good", async () => {
  const listener = httpMetrics((_request, response) => void response.end(), { registry });
  const url = await serve((request, response) => {
    response.on("close", () => listener(request, response));
    client.destroy();
  });
  const client = connect(Number(new URL(url).port), "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,unmatched,499 1"]), 10_000);
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);

  const http2 = createHttp2Server();
  http2.on("request", (request, response) => {
    response.on("close", () => listener(request as never, response as never));
    session.destroy();
  });
  const session = connectHttp2(await listen(http2));
  session.request({ ":path": "/" }).on("error", () => {});
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,unmatched,499 2"]), 10_000);
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
});

it("counts as 101 what a server takes for an upgrade and leads past its response", async () => {
  const listener = httpMetrics((request) => setRoute(request, "/rooms/:id"), { registry });
  const server = createServer();
  server.on("upgrade", (request, socket) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    listener(request, response);
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  const upgrade = "GET /rooms/7 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  expect(await exchange(await listen(server), upgrade)).toContain("101 Switching Protocols");
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,/rooms/:id,101 1"]), 10_000);
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
});

it("has what is in flight right where the metrics are reset meanwhile, for scrapes, too", async () => {
  const reset = vi.fn(() => registry.resetMetrics());
  const listener = httpMetrics(
    (_request, response) => {
      reset();
      response.end();
    },
    { registry, handler: { registry: () => (reset(), registry), ownMetrics: registry } },
  );
  const url = await serve(listener);
  await (await fetch(url)).text();
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,unmatched,200 1"]), 10_000);
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
  await (await fetch(`${url}/metrics`)).text();
  const scrapes = (): Promise<unknown> => readValue(registry, "exporterkit_scrapes_total", { status: 200 });
  await vi.waitFor(async () => expect(await scrapes()).toBe(1), 10_000);
  expect(await readValue(registry, "exporterkit_scrapes_in_flight")).toBe(0);
  expect(reset).toHaveBeenCalledTimes(2);
});

it("counts each request of a connection once, pipelined ones too", async () => {
  const url = await serve(httpMetrics((_request, response) => void response.end("x"), { registry }));
  const request = "GET / HTTP/1.1\r\nHost: x\r\n";
  await exchange(url, `${`${request}\r\n`.repeat(9)}${request}Connection: close\r\n\r\n`);
  expect(await counts()).toEqual(["GET,unmatched,200 10"]);
});

it("counts each request of a connection that closes before the first of them is answered", async () => {
  let asked = 0;
  const url = await serve(
    httpMetrics(
      (request, response) => {
        if (request.url === "/answered") response.end();
        if (++asked === 20) client.destroy();
      },
      { registry },
    ),
  );
  const client = connect(Number(new URL(url).port), "127.0.0.1");
  const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  client.write(request("/waits").repeat(10) + request("/answered").repeat(10));
  await vi.waitFor(
    async () => expect(await counts()).toEqual(["GET,unmatched,200 10", "GET,unmatched,499 10"]),
    10_000,
  );
  expect(await readValue(registry, "http_requests_in_flight")).toBe(0);
});

it("measures over HTTP/2", async () => {
  const listener = httpMetrics(
    (request: import("node:http2").Http2ServerRequest, response: import("node:http2").Http2ServerResponse) => {
      setRoute(request, "/");
      if (request.url === "/dies") request.stream.close(8);
      else response.end("Hello");
    },
    { registry, responseSize: true },
  );
  const session = connectHttp2(await listen(createHttp2Server(listener)));
  closing.push(() => session.close());
  for (const path of ["/", "/", "/dies"]) {
    const stream = session.request({ ":path": path });
    stream.resume().on("error", () => {});
    await once(stream, "close");
  }
  await vi.waitFor(async () => expect(await counts()).toEqual(["GET,/,200 2", "GET,/,499 1"]), 10_000);
  expect(await registry.metrics()).toMatch(
    /^http_response_size_bytes_sum\{method="GET",route="\/",status="200"\} 10$/m,
  );
});

it("gives methods that anybody could make up one value", async () => {
  const url = await serve(httpMetrics((_request, response) => void response.end(), { registry }));
  for (const method of ["PROPFIND", "SEARCH", "M-SEARCH", "GET"]) {
    await exchange(url, `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  }
  expect(await counts()).toEqual(["GET,unmatched,200 1", "_OTHER,unmatched,200 3"]);
});

it("tells so many routes apart, and no more", async () => {
  const listener: RequestListener = (request, response) => {
    setRoute(request, request.url!);
    response.end();
  };
  const url = await serve(httpMetrics(listener, { registry, maxRoutes: 2 }));
  for (const path of ["/1", "/2", "/3", "/1", "/4"]) await fetch(url + path);
  expect(await counts()).toEqual(["GET,/1,200 2", "GET,/2,200 1", "GET,other,200 2"]);
});

it("leaves out the paths that are excluded", async () => {
  const exclude = ["/healthz", /^\/static\//g];
  const url = await serve(httpMetrics((_request, response) => void response.end(), { registry, exclude }));
  for (const path of ["/healthz", "/healthz?full", "/static/a", "/static/b", "/health"]) await fetch(url + path);
  expect(await counts()).toEqual(["GET,unmatched,200 1"]);
});

it("has labels of the application's own, of so many values", async () => {
  const onError = vi.fn();
  const url = await serve(
    httpMetrics((_request, response) => void response.end(), {
      registry,
      labels: {
        names: ["tenant", "zone"],
        maxValues: 2,
        values({ request }) {
          if (request.url === "/fails") throw new Error("no tenant");
          return { tenant: request.headers["x-tenant"]?.toString() };
        },
      },
      onError,
    }),
  );
  for (const tenant of ["a", "b", "c", "d", "a", "x".repeat(1000)])
    await fetch(url, { headers: { "x-tenant": tenant } });
  await fetch(`${url}/fails`);
  expect(await counts()).toEqual([
    "GET,unmatched,200,, 1",
    "GET,unmatched,200,a, 2",
    "GET,unmatched,200,b, 1",
    "GET,unmatched,200,other, 3",
  ]);
  expect(onError).toHaveBeenCalledExactlyOnceWith(new Error("no tenant"), "metrics of requests");
});

it("counts requests whatever becomes of the application's own labels", async () => {
  const onError = vi.fn();
  const values = vi.fn<() => { tenant?: string }>(() => ({ tenant: "a" }));
  const labels = { names: ["tenant"], values };
  const url = await serve(httpMetrics((_request, response) => void response.end(), { registry, labels, onError }));
  values.mockImplementationOnce(() => {
    throw new Error("no tenant");
  });
  values.mockReturnValueOnce(undefined as never);
  values.mockReturnValueOnce({});
  for (let i = 0; i < 4; i++) await fetch(url);
  expect(await counts()).toEqual(["GET,unmatched,200, 3", "GET,unmatched,200,a 1"]);
  expect(onError).toHaveBeenCalledTimes(2);
});

it("observes the sizes of bodies where that is asked for", async () => {
  const listener: RequestListener = async (request, response) => {
    for await (const _ of request);
    if (request.url === "/known") response.end("größer");
    else {
      response.write("6ab1", "hex");
      response.write(Buffer.alloc(20_000));
      response.end();
    }
  };
  const url = await serve(httpMetrics(listener, { registry, requestSize: true, responseSize: true }));
  await (await fetch(`${url}/known`, { method: "POST", body: "12345" })).text();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(1000));
      controller.enqueue(new Uint8Array(500));
      controller.close();
    },
  });
  await (await fetch(`${url}/streamed`, { method: "PUT", body, duplex: "half" })).text();
  await fetch(`${url}/known`, { method: "HEAD" });
  const text = await registry.metrics();
  const sums = Array.from(text.matchAll(/^http_(\w+)_size_bytes_sum\{method="(\w+)",.*\} (\d+)$/gm), (match) =>
    match.slice(1).join(" "),
  );
  expect(sums.toSorted()).toEqual([
    "request HEAD 0",
    "request POST 5",
    "request PUT 1500",
    "response HEAD 0",
    "response POST 8",
    "response PUT 20002",
  ]);
});

it("takes exemplars from the request's trace, or from where it is told", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const listener: RequestListener = (_request, response) => void response.end();
  const openMetrics = async (): Promise<string> => {
    const exposition = await registry.expose({ accept: "application/openmetrics-text" });
    return new TextDecoder().decode(exposition.body);
  };
  let url = await serve(httpMetrics(listener, { registry, exemplars: true }));
  for (const sampled of ["00", "zz"])
    await fetch(url, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-${sampled}` } });
  expect(await openMetrics()).not.toContain(" # {");
  await fetch(url, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
  expect(await openMetrics()).toContain(` # {trace_id="${trace}",span_id="00f067aa0ba902b7"} `);

  registry = new Registry();
  url = await serve(httpMetrics(listener, { registry, exemplars: () => ({ trace_id: "told" }) }));
  await fetch(url);
  expect(await openMetrics()).toContain(' # {trace_id="told"} ');
});

it("has native histograms where that is asked for, beside the classic buckets", async () => {
  const labels = { method: "GET", route: "unmatched", status: 200 };
  const url = await serve(httpMetrics((_request, response) => void response.end(), { registry, native: true }));
  await fetch(url);
  expect((await readNativeHistogram(registry, "http_request_duration_seconds", labels))?.count).toBe(1);
  expect(await readValue(registry, "http_request_duration_seconds_bucket", { ...labels, le: 10 })).toBe(1);
});

it("lets several servers count in the same metrics, and a request that passes two of them once", async () => {
  const inner = httpMetrics(
    (request, response) => {
      setRoute(request, "/inner");
      response.end();
    },
    { registry },
  );
  const outer = await serve(httpMetrics(inner, { registry }));
  const other = await serve(httpMetrics((_request, response) => void response.end(), { registry }));
  await fetch(outer);
  await fetch(other);
  expect(await counts()).toEqual(["GET,/inner,200 1", "GET,unmatched,200 1"]);
  expect(() => httpMetrics(() => {}, { registry, buckets: [1] })).toThrow(
    "give one of them a prefix or a registry of its own",
  );
  expect(() => httpMetrics(() => {}, { registry, buckets: [1], prefix: "admin_" })).not.toThrow();
});

it("counts a request once in each registry, whatever order it passes them in", async () => {
  const other = new Registry();
  const inner = httpMetrics((_request, response) => void response.end(), { registry });
  const url = await serve(httpMetrics(httpMetrics(inner, { registry: other }), { registry }));
  await fetch(url);
  expect(await counts()).toEqual(["GET,unmatched,200 1"]);
  registry = other;
  expect(await counts()).toEqual(["GET,unmatched,200 1"]);
});

it("declares its metrics again where the registry was cleared", async () => {
  const listener: RequestListener = (_request, response) => void response.end();
  httpMetrics(listener, { registry });
  registry.clear();
  const url = await serve(httpMetrics(listener, { registry }));
  await fetch(url);
  expect(await counts()).toEqual(["GET,unmatched,200 1"]);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("exporterkit_scrapes_total");
});

it("serves the metrics elsewhere, or nowhere", async () => {
  const listener: RequestListener = (_request, response) => void response.end("app");
  const moved = await serve(httpMetrics(listener, { registry, path: "/internal/metrics" }));
  expect(await (await fetch(`${moved}/metrics`)).text()).toBe("app");
  expect(await (await fetch(`${moved}/internal/metrics`)).text()).toContain("http_requests_in_flight");
  const none = await serve(httpMetrics(listener, { registry, path: false }));
  expect(await (await fetch(`${none}/metrics`)).text()).toBe("app");
});

it("refuses labels, limits and paths that cannot be", () => {
  const labels = { names: ["route"], values: () => ({}) };
  expect(() => httpMetrics(() => {}, { registry, labels })).toThrow('Label "route" is one that every request has');
  expect(() => httpMetrics(() => {}, { registry, maxRoutes: 0 })).toThrow(
    "maxRoutes is 0; give a whole number above 0.",
  );
  expect(() => httpMetrics(() => {}, { registry, path: "metrics" })).toThrow(
    'path is "metrics"; give one that begins with /, or false.',
  );
  for (const path of [true, null] as never[]) {
    expect(() => httpMetrics(() => {}, { registry, path })).toThrow(
      `path is ${String(path)}; give one that begins with /`,
    );
  }
  for (const exclude of ["/healthz", [() => true]] as never[]) {
    expect(() => httpMetrics(() => {}, { registry, exclude })).toThrow("give a list of paths");
  }
  expect(registry.getMetricsAsArray()).toEqual([]);
});
