import type { EvaluationJob, EvaluationResult } from "./evaluation-job.ts";
import { EvaluationKilled, type EvaluationLimits, EvaluationProcess } from "./evaluation-process.ts";

/** How many sources are remembered as such that pass the limits. */
const mostSuspects = 1000;

/**
 * Evaluates the jobs of many sources. Those whose last job had to be killed are evaluated in a second process, so that the others
 * never wait for them.
 */
export class Evaluator {
  readonly #calm: EvaluationProcess;
  readonly #suspect: EvaluationProcess;
  readonly #suspects = new Set<string>();
  readonly #limits: EvaluationLimits;

  constructor(limits: EvaluationLimits) {
    this.#limits = limits;
    this.#calm = new EvaluationProcess(limits);
    this.#suspect = new EvaluationProcess(limits);
  }

  /** See {@link EvaluationProcess.evaluate}. `source` is the same for all jobs of a source. */
  async evaluate(
    source: string,
    job: Omit<EvaluationJob, "milliseconds">,
    signal: AbortSignal,
  ): Promise<EvaluationResult> {
    const evaluating = this.#suspects.has(source) ? this.#suspect : this.#calm;
    // An expression that gives up by itself costs its own metric alone, as long as there is time for the others.
    const milliseconds = (this.#limits.seconds * 1000) / 2;
    try {
      const result = await evaluating.evaluate({ ...job, milliseconds }, signal);
      this.#suspects.delete(source);
      return result;
    } catch (error) {
      if (error instanceof EvaluationKilled) this.#suspects.add(source);
      const [oldest] = this.#suspects;
      if (this.#suspects.size > mostSuspects) this.#suspects.delete(oldest!);
      throw error;
    }
  }

  /** Ends the processes once there is no more to evaluate. */
  stop(): void {
    this.#calm.stop();
    this.#suspect.stop();
  }
}
