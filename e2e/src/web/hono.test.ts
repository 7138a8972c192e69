import { createRequire } from "node:module";
import { Registry } from "@exporterkit/client";
import { honoMetrics } from "@exporterkit/client/hono";
import { readSamples } from "@exporterkit/client/testing";
import * as imported from "hono";
import { expect, it, vi } from "vitest";

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
