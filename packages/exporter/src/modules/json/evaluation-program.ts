import { evaluateJob } from "./evaluate-job.ts";
import type { EvaluationJob } from "./evaluation-job.ts";

// What the process that evaluates runs: see EvaluationProcess.
process.on("message", (job: EvaluationJob) => {
  void evaluateJob(job).then((result) => process.send?.(result));
});
// What ends all processes of a service or terminal ends the one that asks, which first answers its scrapes.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.on("disconnect", () => process.exit());
process.send?.("ready");
