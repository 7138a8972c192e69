// Does what it is told, and says when it is done.
import { parentPort, Worker, workerData } from "node:worker_threads";
import { Counter, Gauge, Registry } from "@exporterkit/client";
import { shareMetrics } from "@exporterkit/client/worker-threads";

const registers = [new Registry()];
const admin = [new Registry()];
const options = { worker: workerData?.worker, collectSeconds: 0 };
const counter = new Counter({ name: "rows_total", help: "Rows.", labelNames: ["row"], registers });
shareMetrics({ registers, ...options });
shareMetrics({ registers: admin, group: "admin", ...options });
const gauges = new Map(
  ["sum", "max", "min", "average", "first", "perWorker"].map((aggregation) => [
    aggregation,
    new Gauge({ name: `level_${aggregation.toLowerCase()}`, help: "Level.", aggregation, registers }),
  ]),
);
new Counter({ name: "admin_total", help: "Of another registry.", registers: admin }).inc();

const commands = {
  count({ from = 0, to, amount = 1 }) {
    for (let row = from; row < to; row++) counter.inc({ row }, amount);
  },
  set(values) {
    for (const [aggregation, value] of Object.entries(values)) gauges.get(aggregation).set(value);
  },
  async nest() {
    const nested = new Worker(new URL(import.meta.url), { workerData: { worker: "nested" } });
    nested.postMessage({ command: "count", to: 1 });
    await new Promise((resolve) => nested.once("message", resolve));
    if (workerData?.endsNested) await nested.terminate();
  },
};
parentPort.on("message", async ({ command, ...given }) => {
  await commands[command](given);
  parentPort.postMessage("done");
});
