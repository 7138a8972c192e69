import { createServer } from "node:http";
import { Registry } from "@exporterkit/client";
import { koaMetrics, setRoute } from "@exporterkit/client/koa";
import { readSamples } from "@exporterkit/client/testing";
import { Router } from "@koa/router";
import Koa from "koa";
import mount from "koa-mount";
import { expect, it } from "vitest";
import { listen } from "./apps/listen.ts";

it("has the paths at which koa-mount mounted an application in front of the route", async () => {
  const registry = new Registry();
  const router = new Router().get("/", (context) => void (context.body = "root"));
  router.get("/users/:id", (context) => void (context.body = "user"));
  const inner = new Koa().use(router.routes());
  const outer = new Koa().use(mount("/v1", inner)).use((context) => {
    if (context.path === "/told") setRoute(context, "told");
    context.status = 202;
  });
  const app = new Koa().use(koaMetrics({ registry })).use(mount("/api", outer)).use(mount("/other", inner));
  const served = await listen(createServer(app.callback()));
  for (const path of ["/api/v1", "/api/v1/users/1", "/api/v1/users/2", "/api/told", "/api/none", "/other/users/1"]) {
    await fetch(served.url + path);
  }
  await served.stop();
  const samples = await readSamples(registry, "http_request_duration_seconds_count");
  expect(samples.map(({ labels, value }) => `${labels["route"]} ${value}`)).toEqual([
    "/api/v1 1",
    "/api/v1/users/:id 2",
    "told 1",
    "unmatched 1",
    "/other/users/:id 1",
  ]);
});
