const { takes } = require("./clock.cjs");
const express = require("express");
const apiMetrics = require("prometheus-api-metrics");
const Prometheus = require("prom-client");
const report = require("./report.cjs");

const app = express();
app.use(
  apiMetrics({
    metricsPrefix: "shop",
    excludeRoutes: ["/health"],
    includeQueryParams: true,
    additionalLabels: ["customer"],
    extractAdditionalLabelValuesFn: (request) => ({ customer: request.headers["x-customer"] ?? "none" }),
  }),
);
const checkoutsTotal = new Prometheus.Counter({
  name: "checkouts_total",
  help: "Total number of checkouts",
  labelNames: ["payment_method"],
});
const items = express.Router();
items.get("/:id", (_request, response) => {
  takes(12);
  response.send("item");
});
items.get("/", (_request, response) => response.send("items"));
app.use("/items", items);
app.post("/checkout", (_request, response) => {
  checkoutsTotal.inc({ payment_method: "cash" });
  takes(350);
  response.status(201).send("x".repeat(300));
});
app.get("/health", (_request, response) => response.send("healthy"));

const collector = new apiMetrics.HttpMetricsCollector({ durationBuckets: [0.01, 0.1, 1] });
collector.collect({
  statusCode: 200,
  request: { method: "POST", path: "/v2/12", originalHost: "mock", metrics: { target: "mock.io", route: "v2/:id" } },
  timings: {},
  timingPhases: { total: 90, wait: 1, dns: 4, tcp: 25 },
});
collector.collect({
  status: 503,
  data: "",
  config: { method: "get", url: "/", baseURL: "http://mock.io" },
  timings: { elapsedTime: 5 },
});
collector.collect(Object.assign(new Error("This is meant to fail."), { hostname: "mock.io", code: "ECONNREFUSED" }));

const server = app.listen(0, async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const path of ["/items/1", "/items/2", "/items?b=2&a=1", "/health", "/missing"]) {
    await report.fetchPage(url + path);
  }
  await report.fetchPage(`${url}/checkout`, { method: "POST", body: "y".repeat(60), headers: { "x-customer": "c1" } });
  report.print({
    page: await report.ofPage(`${url}/metrics`),
    jsonPage: await report.ofPage(`${url}/metrics.json`),
    register: await report.ofRegistry(Prometheus.register),
  });
});
