// Counts in a loop that never lets its event loop turn, and keeps an account of its own: `begun` goes up before each call
// and `done` after it, so that whatever kills it, what it counted lies between the two.
import { parentPort, workerData } from "node:worker_threads";
import { Counter, Histogram } from "@exporterkit/client";
import { shareMetrics } from "@exporterkit/client/worker-threads";

const { begun, done, labels } = workerData;
const jobs = new Counter({ name: "jobs_total", help: "Jobs.", labelNames: ["kind"] });
const seconds = new Histogram({ name: "job_seconds", help: "Durations.", buckets: [1, 2, 4] });
const sizes = new Histogram({ name: "job_size_bytes", help: "Sizes.", native: true, labelNames: ["parity"] });
shareMetrics();
parentPort.postMessage("sharing");
for (let i = 0; ; i++) {
  const label = i % labels;
  begun[label]++;
  jobs.inc({ kind: `kind ${label}` });
  done[label]++;
  seconds.observe(label % 5);
  sizes.observe({ parity: label % 2 }, 1 + (i % 1000));
}
