import { once } from "node:events";
import { createServer, request as send } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { ErrorRequestHandler, Express, RequestHandler } from "express";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register, Registry } from "@exporterkit/client";
import { readSamples, readValue } from "@exporterkit/client/testing";
import { expressMetrics, setRoute } from "@exporterkit/client/express";

const load = createRequire(import.meta.url);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(app: Express): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The status of the answer, once the whole of it is there. The path is sent as it is. */
async function ask(url: string, path: string, method = "GET"): Promise<number> {
  const asked = send({ port: new URL(url).port, path, method, agent: false }).end();
  const [response] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  response.resume();
  await once(response, "close");
  return response.statusCode!;
}

describe.each(["express4", "express"])("metrics of requests in %s", (name) => {
  const express = load(name) as typeof import("express");
  let registry: Registry;
  let app: Express;
  beforeEach(() => {
    registry = new Registry();
    app = express();
    app.set("env", "test");
    app.use(expressMetrics({ registry, exclude: ["/healthz", "/api/healthz"] }));
  });

  const ok: RequestHandler = (_request, response) => void response.send("ok");
  const fail: RequestHandler = () => {
    throw new Error("failed");
  };
  const sorry: ErrorRequestHandler = (_error, _request, response, _next) => void response.status(500).send("Sorry");

  /** How many requests were counted, by method, route and status. */
  async function counts(): Promise<string[]> {
    await vi.waitFor(async () => expect(await readValue(registry, "http_requests_in_flight")).toBe(0), 10_000);
    const samples = await readSamples(registry, "http_request_duration_seconds_count");
    return samples
      .map(({ labels: { method, route, status }, value }) => `${method} ${route} ${status} ${value}`)
      .toSorted();
  }

  /** The routes that were counted, once each path has been asked for. */
  async function routes(...paths: string[]): Promise<string[]> {
    const url = await serve(app);
    for (const path of paths) await ask(url, path);
    return [...new Set((await counts()).map((count) => count.split(" ")[1]!))];
  }

  it("count what matches nothing as unmatched, from the first request on", async () => {
    app.get("/", ok);
    const url = await serve(app);
    for (const path of ["/a", "/b/c", "/", "/a"]) await ask(url, path);
    expect(await counts()).toEqual(["GET / 200 1", "GET unmatched 404 3"]);
  });

  it("have the route that a router found when the application's error handler answers", async () => {
    const users = express.Router();
    users.get("/:id", fail);
    app.use("/Orgs/:org", express.Router().use("/users", users));
    app.use(sorry);
    expect(await routes("/orgs/a/users/1", "/ORGS/b/USERS/2")).toHaveLength(1);
  });

  it("have parameters of mounts by their names whatever the client sends", async () => {
    const router = express.Router({ mergeParams: true });
    router.get("/x", ok);
    const inner = express.Router({ mergeParams: true }).use("/:id", router);
    app.use("/:id", inner);
    app.use(sorry);
    expect(await routes("/1/2/x", "/1/1/x", "/x/x/x", "/%78/X/x", "/a%2fb/c/x", "/a/%20/x", "/:id/:id/x")).toEqual([
      "/:id/:id/x",
    ]);
  });

  it("have parameters of mounts by their names where a callback writes over the values", async () => {
    const router = express.Router();
    router.get("/x", ok);
    app.param("id", (request, _response, next, id) => {
      request.params["id"] = `user ${String(id).length}`;
      next();
    });
    app.use("/users/:id", router);
    expect(await routes("/users/a/x", "/users/b/x", "/users/ccc/x")).toEqual(["/users/:id/x"]);
  });

  it("have parameters that stand beside other text in a segment", async () => {
    app.use("/:from-:to", express.Router().get("/x", ok));
    const paths = ["a-b", "b-a", "x-a", "from-to", "to-:from", ":-f", "f-:", "-0--", "o-o"].map((part) => `/${part}/x`);
    const found = await routes(...paths);
    // Express before 5.3 does not tell what the parameter is where its value stands there twice.
    expect(["/:from-:to/x", "/:from:to/x", "unmatched"]).toEqual(expect.arrayContaining(found));
  });

  it("do not tell upper from lower case where a router does not, though the application does", async () => {
    app.set("case sensitive routing", true);
    app.use("/api", express.Router().use("/users", express.Router().get("/list", ok)));
    expect((await routes("/api/users/list", "/api/USERS/list", "/api/Users/list")).toSorted()).toEqual([
      "/api/users/list",
    ]);
  });

  it("are bounded where the path of a mount is a regular expression", async () => {
    app.use(/^\/[a-z]+\d+/, express.Router().get("/x", ok));
    app.use("/api", express.Router().get("/x", ok));
    const found = await routes("/api/x", ...Array.from({ length: 300 }, (_, i) => `/p${i}/x`));
    expect(found.length).toBeLessThanOrEqual(201);
    expect(found).toContain("/api/x");
  });

  it("have wildcards of mounts as one", async () => {
    app.use(name === "express" ? "/files/*path" : "/files/*", (request, response, next) => {
      if (request.baseUrl === "") next();
      else express.Router().get("/", ok)(request, response, next);
    });
    expect(await routes("/files/a", "/files/a/b/c", "/files/b/b/b/b")).toHaveLength(1);
  });

  it("have several paths, or a regular expression, as one text", async () => {
    app.get(["/a", "/b"], ok);
    app.get(/^\/c+$/, ok);
    app.use(["/m", "/n"], express.Router().get("/x", ok));
    expect((await routes("/a", "/b", "/c", "/ccc", "/m/x", "/n/x")).toSorted()).toEqual([
      "/^\\/c+$/",
      "/a|/b",
      "/m/x",
      "/n/x",
    ]);
  });

  it("count HEAD, OPTIONS and a method that a route does not have", async () => {
    app.get("/users/:id", ok);
    const url = await serve(app);
    await ask(url, "/users/1", "HEAD");
    await ask(url, "/users/1", "OPTIONS");
    await ask(url, "/users/1", "DELETE");
    expect(await counts()).toEqual(["DELETE unmatched 404 1", "HEAD /users/:id 200 1", "OPTIONS unmatched 200 1"]);
  });

  it("have the route that the application sets", async () => {
    app.use("/rpc", (request, response) => {
      setRoute(request, "rpc/list");
      response.send("ok");
    });
    expect(await routes("/rpc/1", "/rpc/2")).toEqual(["rpc/list"]);
  });

  it("leave out paths, those of routers too", async () => {
    app.get("/healthz", ok);
    app.use("/api", express.Router().get("/healthz", ok));
    expect(await routes("/healthz", "/api/healthz?a=b")).toEqual([]);
  });

  it("are the same in an application that is mounted and measures itself", async () => {
    const inner = express();
    inner.use(expressMetrics({ registry, path: false }));
    inner.get("/x", ok);
    app.use("/api/:v", inner);
    expect(await routes("/api/1/x", "/api/2/x")).toEqual(["/api/:v/x"]);
  });

  it("know of no mount above the one that measures, and take nothing from it", async () => {
    const inner = express();
    inner.use(expressMetrics({ registry }));
    inner.get("/x", ok);
    const outer = express();
    outer.use("/:tenant", inner);
    const url = await serve(outer);
    for (const path of ["/a/x", "/b/x", "/c/nothing"]) await ask(url, path);
    expect(await ask(url, "/a/metrics")).toBe(200);
    expect(new Set((await counts()).map((count) => count.split(" ")[1]))).toHaveProperty("size", 2);
  });

  it("leave the request as Express makes it", async () => {
    const seen: unknown[] = [];
    const look: RequestHandler = (request, _response, next) => {
      seen.push([request.baseUrl, request.url, request.route === undefined, { ...request.params }]);
      next();
    };
    const build = (measured: boolean): Express => {
      const made = express();
      if (measured) made.use(expressMetrics({ registry }));
      const inner = express();
      const router = express.Router({ mergeParams: true });
      router.get("/:id", look, fail);
      inner.use(look, router, look);
      made.use(look);
      made.use("/t/:team", inner, look);
      made.use(look);
      made.use(((error, request, response, _next) => {
        look(request, response, () => {});
        response.status(500).send(String(error));
      }) as ErrorRequestHandler);
      return made;
    };
    const [bare, measured] = [await serve(build(false)), await serve(build(true))];
    for (const path of ["/", "/t/a/1", "/t/a", "/t/a/1/2", "/T/b/2?x=1"]) {
      const before = seen.splice(0);
      expect(before).toEqual([]);
      await ask(bare, path);
      const expected = seen.splice(0);
      await ask(measured, path);
      expect(seen.splice(0)).toEqual(expected);
    }
  });

  it("count a request whose client goes before it is answered", async () => {
    const arrived = new EventTarget();
    app.get("/waits", () => void arrived.dispatchEvent(new Event("request")));
    const url = await serve(app);
    const client = connect(Number(new URL(url).port), "127.0.0.1");
    const reached = once(arrived, "request");
    client.write("GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
    await reached;
    client.destroy();
    expect(await counts()).toEqual(["GET /waits 499 1"]);
  });

  it("have the status that an error handler gives where the client goes in the middle of a body", async () => {
    const arrived = new EventTarget();
    app.use((_request, _response, next) => {
      arrived.dispatchEvent(new Event("request"));
      next();
    });
    app.use(express.json());
    const fails: import("express").ErrorRequestHandler = (_error, _request, response, _next) => {
      response.status(400).send();
    };
    app.use(fails);
    const url = await serve(app);
    const client = connect(Number(new URL(url).port), "127.0.0.1");
    const reached = once(arrived, "request");
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":');
    await reached;
    client.destroy();
    expect(await counts()).toEqual(["POST unmatched 400 1"]);
  });

  it("of two applications go to the default registry", async () => {
    registry = register;
    const urls: string[] = [];
    for (const path of ["/one", "/two"]) {
      const one = express();
      one.use(expressMetrics());
      one.get(path, ok);
      urls.push(await serve(one));
    }
    try {
      await ask(urls[0]!, "/one");
      await ask(urls[1]!, "/two");
      await setImmediate();
      expect(await counts()).toEqual(["GET /one 200 1", "GET /two 200 1"]);
    } finally {
      register.clear();
    }
  });
});
