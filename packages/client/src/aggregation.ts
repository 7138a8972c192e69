import type { MetricType } from "./family.ts";

/**
 * How the numbers that several processes have for the same labels become one:
 *
 * - `sum`: they are added up.
 * - `max`, `min`, `average`: the largest, the smallest, the mean.
 * - `first`: that of the process that has been there longest.
 * - `perWorker`: none; each process has a series of its own, with a label `worker`.
 */
export type Aggregation = "sum" | "max" | "min" | "average" | "first" | "perWorker";

/** The label that tells the processes apart under `perWorker`. */
export const workerLabel = "worker";

/**
 * What makes sense for each type, the default first: a counter must not fall, buckets only add up, and an info or a state
 * is 1 or 0.
 */
const sensible: Readonly<Record<MetricType, readonly Aggregation[]>> = {
  counter: ["sum", "max", "perWorker"],
  gauge: ["sum", "max", "min", "average", "first", "perWorker"],
  unknown: ["sum", "max", "min", "average", "first", "perWorker"],
  histogram: ["sum", "perWorker"],
  gaugehistogram: ["sum", "perWorker"],
  summary: ["sum", "perWorker"],
  info: ["first", "perWorker"],
  stateset: ["max", "min", "first", "perWorker"],
};

/** The ways in which metrics of a type may be aggregated, the default first. */
export function aggregationsOf(type: MetricType): readonly Aggregation[] {
  return sensible[type];
}
