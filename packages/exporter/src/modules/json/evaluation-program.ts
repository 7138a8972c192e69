import { Worker } from "node:worker_threads";
import { evaluateJob } from "./evaluate-job.ts";
import type { EvaluationJob } from "./evaluation-job.ts";

// What the process that evaluates runs: see EvaluationProcess.
process.on("message", (job: EvaluationJob) => {
  void evaluateJob(job).then((result) => process.send?.(result));
});
// What ends all processes of a service or terminal ends the one that asks, which first answers its scrapes.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.on("disconnect", () => process.exit());
// Its heap is its own: that of the main thread may be as small as the expressions need.
new Worker(new URL("./watch-parent.js", import.meta.url), {
  workerData: process.ppid,
  resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
}).unref();
process.send?.("ready");
