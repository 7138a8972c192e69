// A worker that counts without a pause, and tells its parent what it has counted when it is asked to finish.
import { existsSync } from "node:fs";
import { Counter, Gauge, Histogram } from "@exporterkit/client";
import { reportMetrics } from "@exporterkit/client/cluster";

const jobs = new Counter({ name: "jobs_total", help: "Jobs.", labelNames: ["kind"] });
const own = new Counter({ name: "own_jobs_total", help: "Jobs of each worker.", aggregation: "perWorker" });
const seconds = new Histogram({ name: "job_seconds", help: "Time a job took.", buckets: [0.25, 0.5], native: true });
const working = new Gauge({ name: "working", help: "Workers that work." });
const reporter = reportMetrics({ pushSeconds: 0.1 });
const kinds = ["a", "b", `of ${process.pid}`].map((kind) => jobs.labels(kind));
let counted = 0;

function count() {
  for (let i = 0; i < 100; i++) {
    kinds[counted % kinds.length].inc();
    seconds.observe((counted % 16) / 16);
    own.inc();
    counted++;
  }
}

working.set(1);
const counting = setInterval(count, 1);

const actions = {
  async finish() {
    clearInterval(counting);
    working.set(0);
    await reporter.flush(10);
    process.send({ counted }, () => process.exit());
  },
  /** Blocks the event loop until a file exists. */
  hang(path) {
    clearInterval(counting);
    process.send({ hangs: counted });
    while (!existsSync(path));
  },
  /** Ends for lack of work. */
  end() {
    clearInterval(counting);
    process.send({ counted });
    process.disconnect();
  },
};
process.on("message", ({ action, argument }) => actions[action]?.(argument));
process.send({ ready: true });
