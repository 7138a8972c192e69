import type { RegistrableMetric } from "../registrable-metric.ts";

const processWide = new WeakSet<RegistrableMetric>();

/** Says that each thread of the process has the same numbers for a metric. */
export function markProcessWide(metric: RegistrableMetric): void {
  processWide.add(metric);
}

/** Whether each thread of the process has the same numbers for a metric, so that one is enough to tell them. */
export function isProcessWide(metric: RegistrableMetric): boolean {
  return processWide.has(metric);
}
