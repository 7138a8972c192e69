import type { RegistrableMetric } from "../registrable-metric.ts";

/** Settings that the metrics of the process and the runtime share. */
export interface RuntimeMetricsOptions {
  /** Put before every name. */
  readonly prefix: string;
  /** The buckets of `nodejs_gc_duration_seconds`, in seconds. */
  readonly gcDurationBuckets: readonly number[];
  /** How often the delay of the event loop is sampled, in milliseconds. */
  readonly eventLoopMonitoringPrecision: number;
}

/** A group of metrics on one subject: not yet registered, and with what to stop when they are no longer wanted. */
export interface RuntimeMetrics {
  readonly metrics: readonly RegistrableMetric[];
  readonly stop?: () => void;
}
