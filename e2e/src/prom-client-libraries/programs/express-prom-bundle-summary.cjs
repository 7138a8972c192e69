const { takes } = require("./clock.cjs");
const express = require("express4");
const promBundle = require("express-prom-bundle");
const promClient = require("prom-client");
const report = require("./report.cjs");

const registry = new promClient.Registry();
registry.setDefaultLabels({ service: "shop" });
const app = express();
const metricsApp = express();
const bundle = promBundle({
  autoregister: false,
  metricsApp,
  promRegistry: registry,
  metricType: "summary",
  percentiles: [0.5, 0.9, 0.99],
  maxAgeSeconds: 60,
  ageBuckets: 3,
  pruneAgedBuckets: true,
  httpDurationMetricName: "shop_seconds",
  includePath: true,
  formatStatusCode: (response) => `${Math.floor(response.statusCode / 100)}xx`,
  bypass: { onFinish: (_request, response) => response.statusCode === 204 },
});
app.use("/((?!foo))*", bundle);
app.get("/foo", (_request, response) => response.send("bar"));
app.get("/hello/:milliseconds", (request, response) => {
  takes(Number(request.params.milliseconds));
  response.send("ok");
});
app.get("/nothing", (_request, response) => response.sendStatus(204));

const lookups = new bundle.promClient.Counter({
  name: "lookups_total",
  help: "Lookups.",
  labelNames: ["kind"],
  registers: [registry],
});
lookups.inc({ kind: "address" });
lookups.labels("name").inc(2);

const server = app.listen(0, async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const milliseconds of [5, 10, 20, 40, 80, 160, 320, 640]) {
    await report.fetchPage(`${url}/hello/${milliseconds}`);
  }
  for (const path of ["/foo", "/nothing", "/missing"]) await report.fetchPage(url + path);
  const aged = await report.ofRegistry(registry);
  // Two of the three windows go by, and with them what is in them but not the count.
  takes(45_000);
  await report.fetchPage(`${url}/hello/2`);
  const metricsServer = metricsApp.listen(0, async () => {
    const page = await report.ofPage(`http://127.0.0.1:${metricsServer.address().port}/metrics`);
    report.print({ aged, page, registry: await report.ofRegistry(registry) });
  });
});
