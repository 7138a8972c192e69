// A program with a cluster. `PRIMARY` is the package that its primary takes the metrics from, `WORKERS` those of the workers,
// by commas. It prints what went to and fro, and what came of it, as JSON.
import cluster from "node:cluster";
import { once } from "node:events";

if (cluster.isPrimary) {
  const { AggregatorRegistry } = await import(process.env.PRIMARY);
  const registry = new AggregatorRegistry();
  const received = [];
  const alone = await registry.clusterMetrics();
  const workers = [];
  for (const [i, library] of process.env.WORKERS.split(",").entries()) {
    const worker = cluster.fork({ LIBRARY: library, AMOUNT: i + 1 });
    await once(worker, "message");
    workers.push(worker);
  }
  cluster.on("message", (_worker, message) => received.push(message));
  const text = await registry.clusterMetrics().catch(String);
  const requests = [];
  for (const worker of workers) {
    worker.send("what have you been told?");
    requests.push((await once(worker, "message"))[0]);
    worker.disconnect();
  }
  const printed = JSON.stringify({ alone, text, requests, responses: received.filter(({ type }) => type) });
  // After a failure prom-client's time limit keeps the process.
  process.stdout.write(printed, () => process.exit());
} else {
  const { AggregatorRegistry, Counter, Gauge, Histogram, Registry, Summary } = await import(process.env.LIBRARY);
  const requests = [];
  process.on("message", (message) => {
    if (message === "what have you been told?") process.send({ requests });
    else requests.push(message);
  });
  const registers = [new Registry()];
  const other = new Registry();
  const labelNames = ["method"];
  const amount = Number(process.env.AMOUNT);
  new Counter({ name: "requests_total", help: "Requests.", labelNames, registers }).inc({ method: "GET" }, amount);
  for (const aggregator of ["sum", "first", "omit", "average", "min", "max"]) {
    // Which worker answers first nobody knows.
    const value = aggregator === "first" ? 5 : amount;
    new Gauge({ name: `gauge_${aggregator}`, help: "A gauge.", aggregator, registers }).set(value);
  }
  new Histogram({ name: "seconds", help: "Seconds.", labelNames, buckets: [1, 2], registers }).observe(
    { method: "GET" },
    amount,
  );
  new Summary({ name: "bytes", help: "Bytes.", percentiles: [0.5], registers }).observe(amount);
  new Gauge({
    name: "late",
    help: "Known when it is asked for.",
    registers: [other],
    async collect() {
      if (process.env.FAIL === "yes") throw new Error("no such thing");
      this.set(amount);
    },
  });
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries([...registers, other]);
  process.send("ready");
}
