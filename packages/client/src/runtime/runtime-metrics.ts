import type { RegistrableMetric } from "../registry.ts";

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

/**
 * A module that is built into the runtime, or undefined where the runtime has none. No `import` statement names one, so
 * that the library loads in runtimes that are not Node.js.
 */
export function builtin<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as BuiltinModules[Name] | undefined;
}

interface BuiltinModules {
  "node:fs": typeof import("node:fs");
  "node:perf_hooks": typeof import("node:perf_hooks");
  "node:timers/promises": typeof import("node:timers/promises");
  "node:v8": typeof import("node:v8");
}
