import { evaluateJob } from "./evaluate-job.ts";
import type { EvaluationJob } from "./evaluation-job.ts";

// What the process that evaluates runs: see EvaluationProcess.
process.on("message", (job: EvaluationJob) => {
  void evaluateJob(job).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
