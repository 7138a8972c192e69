const { takes } = require("./clock.cjs");
const cluster = require("node:cluster");
const { once } = require("node:events");
const express = require("express");
const promBundle = require("express-prom-bundle");
const promClient = require("prom-client");
const report = require("./report.cjs");

if (cluster.isPrimary) void main();
else work();

async function main() {
  const metricsApp = express();
  metricsApp.use("/metrics", promBundle.clusterMetrics());
  const metricsServer = metricsApp.listen(0);
  await once(metricsServer, "listening");

  const workers = [cluster.fork(), cluster.fork()];
  const addresses = await Promise.all(workers.map((worker) => once(worker, "listening")));
  const url = `http://127.0.0.1:${addresses[0][0].port}`;
  for (let i = 0; i < 10; i += 1) await report.fetchPage(`${url}/hello`);
  await report.fetchPage(`${url}/missing`);
  report.print({ page: await report.ofPage(`http://127.0.0.1:${metricsServer.address().port}/metrics`) });
}

function work() {
  new promClient.AggregatorRegistry();
  const app = express();
  app.use(promBundle({ autoregister: false, includeMethod: true, promClient: { collectDefaultMetrics: {} } }));
  app.get("/hello", (_request, response) => {
    takes(20);
    response.send("hello\n");
  });
  const aggregators = ["sum", "first", "min", "max", "average", "omit"];
  for (const aggregator of aggregators) {
    const name = `pool_${aggregator}`;
    // Which worker answers first is chance.
    const size = aggregator === "first" ? 7 : cluster.worker.id * 10;
    new promClient.Gauge({ name, help: `The ${aggregator} of the pools.`, aggregator }).set(size);
  }
  globalThis.gc();
  // Both workers share the port that the first of them gets.
  app.listen(0);
}
