import { createServer } from "node:http";
import { Registry } from "@exporterkit/client";
import { fastifyMetrics } from "@exporterkit/client/fastify";
import { httpMetrics } from "@exporterkit/client/http";
import { readSamples } from "@exporterkit/client/testing";
import fastify from "fastify";
import { afterEach, expect, it } from "vitest";
import { urlOf } from "./apps/listen.ts";

let stop: () => Promise<unknown>;
afterEach(async () => await stop());

it("may be registered twice, and counts each request once", async () => {
  const options = { registry: new Registry() };
  const app = fastify();
  stop = () => app.close();
  await app.register(fastifyMetrics, options);
  await app.register(async (part) => {
    await part.register(fastifyMetrics, options);
    part.get("/users/:id", () => "user");
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  for (const path of ["/users/1", "/metrics"]) {
    const response = await fetch(urlOf(app.server) + path, { headers: { connection: "close" } });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
  }
  const samples = await readSamples(options.registry, "http_request_duration_seconds_count");
  expect(samples.map(({ labels, value }) => `${labels["route"]} ${labels["status"]} ${value}`)).toEqual([
    "/users/:id 200 1",
  ]);
});

it("does not take a path at which others are served", async () => {
  const app = fastify();
  stop = () => app.close();
  await app.register(fastifyMetrics, { registry: new Registry() });
  await expect(async () => await app.register(fastifyMetrics, { registry: new Registry() })).rejects.toThrow(
    "already declared for route '/metrics'",
  );
});

it("counts what Fastify's router cannot read, where its server is measured, too, and the rest once", async () => {
  const options = { registry: new Registry() };
  const app = fastify({ serverFactory: (handler) => createServer(httpMetrics(handler, options)) });
  stop = () => app.close();
  await app.register(fastifyMetrics, options);
  app.get("/users/:id", () => "user");
  await app.listen({ port: 0, host: "127.0.0.1" });
  const statuses: number[] = [];
  for (const path of ["/users/1", "/%zz", "/none", `/users/${"x".repeat(200)}`, "/metrics"]) {
    const response = await fetch(urlOf(app.server) + path, { headers: { connection: "close" } });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  expect(statuses).toEqual([200, 400, 404, 414, 200]);
  const samples = await readSamples(options.registry, "http_request_duration_seconds_count");
  expect(samples.map(({ labels, value }) => `${labels["route"]} ${labels["status"]} ${value}`)).toEqual([
    "/users/:id 200 1",
    "unmatched 400 1",
    "unmatched 404 1",
    "unmatched 414 1",
  ]);
});
