import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import { createRequire } from "node:module";
import { Registry } from "@exporterkit/client";
import { fetchMetrics } from "@exporterkit/client/fetch";
import { honoMetrics } from "@exporterkit/client/hono";
import { httpMetrics } from "@exporterkit/client/http";
import { readSamples } from "@exporterkit/client/testing";
import { getRequestListener, serve } from "@hono/node-server";
import * as imported from "hono";
import { expect, it, vi } from "vitest";
import { urlOf } from "./apps/listen.ts";

const required = createRequire(import.meta.url)("hono") as typeof imported;

it.each([
  ["imported", imported],
  ["required, which is another copy", required],
])("knows the routes of a Hono that was %s, without a server of Node.js below", async (_how, { Hono }) => {
  const registry = new Registry();
  const onError = vi.fn();
  const app = new Hono().use(honoMetrics({ registry, onError }));
  app.get("/users/:id", (context) => context.text("user"));
  expect(await (await app.request("/users/1")).text()).toBe("user");
  expect((await app.request("/nothing")).status).toBe(404);
  const samples = await readSamples(registry, "http_request_duration_seconds_count");
  expect(samples.map(({ labels, value }) => `${labels["route"]} ${labels["status"]} ${value}`)).toEqual([
    "/users/:id 200 1",
    "unmatched 404 1",
  ]);
  expect((await readSamples(registry, "http_requests_in_flight"))[0]!.value).toBe(0);
  expect(onError).not.toHaveBeenCalled();
});

it.each([
  ["in the manner of Fetch", false],
  ["with a server of Node.js below", true],
])("counts a request once that passes several that measure it, %s", async (_how, isOnNode) => {
  const registry = new Registry();
  const inner = new imported.Hono().use(honoMetrics({ registry })).get("/users/:id", (context) => context.text("user"));
  const app = new imported.Hono().use(honoMetrics({ registry })).route("/api", inner);
  const fetchApp = fetchMetrics((request: Request, env?: object) => app.fetch(request, env), { registry });
  if (isOnNode) {
    const server = serve({ fetch: fetchApp, port: 0, hostname: "127.0.0.1" }) as Server;
    if (!server.listening) await once(server, "listening");
    await (await fetch(`${urlOf(server)}/api/users/1`)).text();
    server.close();
  } else {
    await fetchApp(new Request("http://localhost/api/users/1"));
  }
  const samples = await readSamples(registry, "http_request_duration_seconds_count");
  expect(samples.map(({ labels, value }) => `${labels["route"]} ${labels["status"]} ${value}`)).toEqual([
    "/api/users/:id 200 1",
  ]);
});

it("counts what the server of Node.js answers before the application, where it is measured, too, and the rest once", async () => {
  const options = { registry: new Registry() };
  const app = new imported.Hono().use(honoMetrics(options)).get("/users/:id", (context) => context.text("user"));
  const server = createServer(httpMetrics(getRequestListener(app.fetch), options)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const statuses: (number | undefined)[] = [];
  for (const host of ["localhost", "no host"]) {
    const asked = get(`${urlOf(server)}/users/1`, { headers: { host }, agent: false });
    const [response] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
    statuses.push(response.statusCode);
    await once(response.resume(), "end");
  }
  server.close();
  expect(statuses).toEqual([200, 400]);
  await vi.waitFor(async () => {
    const samples = await readSamples(options.registry, "http_request_duration_seconds_count");
    expect(samples.map(({ labels, value }) => `${labels["route"]} ${labels["status"]} ${value}`)).toEqual([
      "/users/:id 200 1",
      "unmatched 400 1",
    ]);
  }, 10_000);
});
