import { takes } from "./clock.cjs";
import fastify from "fastify";
import metricsPlugin from "fastify-metrics";
import client, { Registry, register } from "prom-client";
import report from "./report.cjs";

const routes = new Registry();
const defaults = new Registry();
const app = fastify();
await app.register(metricsPlugin.default, {
  endpoint: "/metrics",
  promClient: client,
  defaultMetrics: { enabled: true, register: defaults, prefix: "shop_", labels: { app: "shop" } },
  routeMetrics: {
    registeredRoutesOnly: false,
    groupStatusCodes: true,
    invalidRouteGroup: "nowhere",
    customLabels: { tenant: (request) => request.headers["x-tenant"] ?? "none" },
    overrides: {
      labels: { method: "verb", status: "code" },
      histogram: { name: "shop_request_seconds", buckets: [0.1, 0.5, 1, 3, 5], registers: [routes] },
      summary: { help: "How long it takes.", percentiles: [0.5, 0.75, 0.9], registers: [routes] },
    },
  },
});
new client.Gauge({
  name: "stock",
  help: "Things in stock.",
  async collect() {
    this.set(await Promise.resolve(42));
  },
});
app.get("/items/:id", async (request) => {
  takes(Number(request.params.id));
  return "item";
});

const url = await app.listen({ port: 0, host: "127.0.0.1" });
for (const id of [50, 250, 750, 4000]) await report.fetchPage(`${url}/items/${id}`);
await report.fetchPage(`${url}/items/100`, { headers: { "x-tenant": "t1" } });
await report.fetchPage(`${url}/missing`);
report.print({
  page: await report.ofPage(`${url}/metrics`),
  register: await report.ofRegistry(register),
  routes: await report.ofRegistry(routes),
  defaults: await report.ofRegistry(defaults),
});
