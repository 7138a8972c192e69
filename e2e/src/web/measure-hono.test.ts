import { once } from "node:events";
import type { Server } from "node:http";
import { connect, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Registry } from "@exporterkit/client";
import { type HonoApplication, honoMetrics, measureHono, setRoute } from "@exporterkit/client/hono";
import { readSamples, readValue } from "@exporterkit/client/testing";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { LinearRouter } from "hono/router/linear-router";
import { PatternRouter } from "hono/router/pattern-router";
import { TrieRouter } from "hono/router/trie-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import { urlOf } from "./apps/listen.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Has an application asked in the manner of Fetch. */
async function withoutServer(app: HonoApplication): Promise<Ask> {
  return async (path, init) => await app.fetch(new Request(`http://localhost${path}`, init));
}

/** Has an application asked over a server of Node.js. */
async function onNode(app: HonoApplication): Promise<Ask> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  if (!server.listening) await once(server, "listening");
  stops.push(() => server.close().closeAllConnections());
  return (path, init) => fetch(urlOf(server) + path, init);
}

it("takes a handler of every method for no middleware, also in a part with its own onError", async () => {
  const registry = new Registry();
  const part = new Hono().onError((_error, context) => context.text("broken", 500));
  part.all("/any/:id", (context) => context.text(context.req.param("id")));
  const app = new Hono().route("/part", part);
  measureHono(app, { registry });
  const ask = await withoutServer(app);
  expect(await (await ask("/part/any/3", { method: "PUT" })).text()).toBe("3");
  expect(await counts(registry)).toEqual(["PUT /part/any/:id 200 1"]);
});

async function counts(registry: Registry): Promise<string[]> {
  // A response is closed a moment after the client has it.
  await vi.waitFor(async () => expect(await readValue(registry, "http_requests_in_flight")).toBe(0), 10_000);
  const samples = await readSamples(registry, "http_request_duration_seconds_count");
  return samples.map(({ labels, value }) => `${Object.values(labels).join(" ")} ${value}`).toSorted();
}

/** Declares routes of every kind. */
function declareRoutes(app: Hono): void {
  app.get("/early", (context) => context.text("early"));
  app.use("/guarded/*", async (_context, next) => await next());
  app.use("/guarded/secret", () => {
    throw new HTTPException(401);
  });
  app.get("/guarded/:page{[a-z]+}", (context) => context.text(context.req.param("page")));
  app.all("/any/:id?", (context) => context.text(context.req.param("id") ?? "none"));
  app.on(["PUT", "PURGE"], ["/one", "/two"], (context) => context.body(null, 204));
  app.get("/teapot", () => {
    throw new HTTPException(418);
  });
  app.get("/rejects", async () => await Promise.reject(new Error("rejected")));
  app.get(
    "/several",
    async (_context, next) => await next(),
    (context) => context.text("several"),
  );
  app.get("/gone", (context) => context.notFound());
  app.get("/set/:id", (context) => {
    setRoute(context, "/set/by-hand");
    return context.text("set");
  });
  const inner = new Hono().basePath("/v1").get("/items/:item", (context) => context.text(context.req.param("item")));
  app.route("/api/:tenant", inner);
  app.mount("/mounted", new Hono().get("/:id", (context) => context.text(context.req.param("id"))).fetch);
  app.basePath("/base").get("/:id", (context) => context.text(context.req.param("id")));
  app.onError((error, context) => (error instanceof HTTPException ? error.getResponse() : context.text("Sorry", 500)));
}

const requests: readonly [path: string, method?: string][] = [
  ["/early"],
  ["/guarded/page"],
  ["/guarded/secret"],
  ["/guarded/1"],
  ["/any"],
  ["/any/7", "DELETE"],
  ["/one", "PUT"],
  ["/two", "PURGE"],
  ["/one"],
  ["/teapot"],
  ["/teapot", "HEAD"],
  ["/rejects"],
  ["/several"],
  ["/gone"],
  ["/set/1"],
  ["/api/a/v1/items/1"],
  ["/api/b/v1/items/2", "HEAD"],
  ["/mounted/1"],
  ["/base/1"],
  ["/metrics"],
  ["/healthz"],
  ["/nothing"],
];

describe.each([
  ["in the manner of Fetch", withoutServer],
  ["on a server of Node.js", onNode],
])("measureHono %s", (_where, reach) => {
  it.each([
    ["Hono's own router", () => new Hono()],
    ["the trie router", () => new Hono({ router: new TrieRouter() })],
    ["without strict paths", () => new Hono({ strict: false })],
  ])("counts and answers as the middleware does: %s", async (_which, make) => {
    const found: string[][] = [];
    for (const way of ["middleware", "from outside, before", "from outside, after"]) {
      const registry = new Registry();
      const onError = vi.fn();
      const options = { registry, onError, exclude: ["/healthz"] };
      const app = make();
      if (way === "middleware") app.use(honoMetrics(options));
      if (way === "from outside, before") expect(measureHono(app, options)).toBe(app);
      declareRoutes(app);
      if (way === "from outside, after") measureHono(app, options);
      const ask = await reach(app);
      const answers: string[] = [];
      for (const [path, method = "GET"] of requests) {
        const response = await ask(path, { method });
        answers.push(`${path} ${response.status} ${path === "/metrics" ? "" : await response.text()}`);
      }
      found.push([...answers, ...(await counts(registry))]);
      expect(onError).not.toHaveBeenCalled();
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(found[0]).toEqual(
      expect.arrayContaining([
        "GET /early 200 1",
        "GET /guarded/:page{[a-z]+} 200 1",
        "GET /teapot 418 1",
        "HEAD /teapot 418 1",
        "GET /several 200 1",
        "GET /set/by-hand 200 1",
        "GET /api/:tenant/v1/items/:item 200 1",
        "GET /base/:id 200 1",
      ]),
    );
  });

  it.each([
    ["linear", () => new LinearRouter<never>()],
    ["pattern", () => new PatternRouter<never>()],
  ])("counts the routes of the %s router", async (_which, router) => {
    const registry = new Registry();
    const app = measureHono(new Hono({ router: router() }), { registry });
    app.use("/users/*", async (_context, next) => await next());
    app.get("/users/:id", (context) => context.text(context.req.param("id")));
    const ask = await reach(app);
    expect(await (await ask("/users/1")).text()).toBe("1");
    expect((await ask("/nothing")).status).toBe(404);
    expect(await counts(registry)).toEqual(["GET /users/:id 200 1", "GET unmatched 404 1"]);
  });

  it("asks about the context for labels, and what handlers see is as it was", async () => {
    const registry = new Registry();
    const labels = {
      names: ["tenant"],
      values: ({ req }: { req: { header: (name: string) => string | undefined } }) => ({
        tenant: req.header("tenant"),
      }),
    };
    const app = measureHono(new Hono(), { registry, labels });
    app.get("/users/:id", ({ req, json }) => json([req.param(), req.routePath, req.path]));
    const ask = await reach(app);
    const answer = await ask("/users/1", { headers: { tenant: "a" } });
    expect(await answer.json()).toEqual([{ id: "1" }, "/users/:id", "/users/1"]);
    await ask("/nothing", { headers: { tenant: "b" } });
    expect(await counts(registry)).toEqual(["GET /users/:id 200 a 1", "GET unmatched 404 b 1"]);
  });

  it("counts once a request that the middleware, another application and a second call measure, too", async () => {
    const registry = new Registry();
    const inner = measureHono(new Hono(), { registry }).get("/users/:id", (context) => context.text("user"));
    const app = measureHono(measureHono(new Hono(), { registry }), { registry }).use(honoMetrics({ registry }));
    app.route("/api", inner);
    const ask = await reach(app);
    await (await ask("/api/users/1")).text();
    expect(await counts(registry)).toEqual(["GET /api/users/:id 200 1"]);
  });

  it("measures what asks `fetch` that was read before, and requests that handlers make of the application", async () => {
    const registry = new Registry();
    const app = new Hono();
    const { fetch } = app;
    measureHono(app, { registry, onError: vi.fn() });
    app.get("/inner", (context) => context.text("inner"));
    app.get("/outer", () => app.request("/inner"));
    const ask = await reach({ router: app.router, fetch });
    expect(await (await ask("/outer")).text()).toBe("inner");
    expect(await counts(registry)).toEqual(["GET /inner 200 1", "GET /outer 200 1"]);
  });

  it("measures both of two requests, one made of the other before it waits", async () => {
    const registry = new Registry();
    const app = measureHono(new Hono(), { registry });
    app.get("/inner", (context) => context.text("inner"));
    app.get("/outer", () => app.request("/inner"));
    app.get("/failing", () => {
      throw new Error("failed");
    });
    app.onError((_error, context) => context.text("Sorry", 500));
    const ask = await reach(app);
    expect(await (await ask("/outer")).text()).toBe("inner");
    expect(await (await ask("/failing")).text()).toBe("Sorry");
    expect(await counts(registry)).toEqual(["GET /failing 500 1", "GET /inner 200 1", "GET /outer 200 1"]);
  });
});

it("leaves Hono its faster way, without a promise, for a lone handler on a server of Node.js", async () => {
  const registry = new Registry();
  const app = measureHono(new Hono(), { registry }).get("/", (context) => context.text("at once"));
  const answers: unknown[] = [];
  const ask = await onNode({
    router: app.router,
    fetch(request, env) {
      const answer = app.fetch(request, env);
      answers.push(answer);
      return answer;
    },
  });
  await ask("/");
  expect(answers).toEqual([expect.any(Response)]);
  expect(await counts(registry)).toEqual(["GET / 200 1"]);
});

it("measures HTTP/2 until responses are closed", async () => {
  const registry = new Registry();
  const app = measureHono(new Hono(), { registry });
  app.get("/users/:id", (context) => context.text(context.req.param("id")));
  const server = serve({ fetch: app.fetch, createServer, port: 0, hostname: "127.0.0.1" }) as Http2Server;
  if (!server.listening) await once(server, "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const ask = async (path: string): Promise<string> => await text(session.request({ ":path": path }));
  expect(await Promise.all([ask("/users/1"), ask("/users/2")])).toEqual(["1", "2"]);
  session.close();
  server.close();
  expect(await counts(registry)).toEqual(["GET /users/:id 200 2"]);
});

it("hands on the environment and the context of execution", async () => {
  const app = measureHono(new Hono<{ Bindings: { name: string } }>(), { registry: new Registry() });
  app.get("/", (context) => {
    context.executionCtx.waitUntil(Promise.resolve());
    return context.text(context.env.name);
  });
  const waitUntil = vi.fn();
  const execution = { waitUntil, passThroughOnException: vi.fn(), props: {} };
  const response = await app.fetch(new Request("http://localhost/"), { name: "env" }, execution);
  expect(await response.text()).toBe("env");
  expect(waitUntil).toHaveBeenCalledOnce();
});

it("throws a MetricsError for an option that is invalid, and leaves the application alone", () => {
  const app = new Hono();
  const { fetch, router } = app;
  expect(() => measureHono(app, { registry: new Registry(), path: "metrics" })).toThrow("path is");
  expect([app.fetch, app.router]).toEqual([fetch, router]);
});
