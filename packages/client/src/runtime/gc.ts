import { Histogram } from "../metrics/histogram.ts";
import { builtin } from "../builtin.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

/** How long each garbage collection took. */
export function gcMetrics({ prefix, gcDurationBuckets }: RuntimeMetricsOptions): RuntimeMetrics {
  const perfHooks = builtin("node:perf_hooks");
  if (perfHooks === undefined) return { metrics: [] };
  const { constants, PerformanceObserver } = perfHooks;

  const duration = new Histogram({
    name: `${prefix}nodejs_gc_duration_seconds`,
    help: "Duration of garbage collections by kind: major, minor, incremental or weakcb.",
    labelNames: ["kind"],
    buckets: gcDurationBuckets,
    registers: [],
  });
  const kinds = new Map([
    [constants.NODE_PERFORMANCE_GC_MAJOR, duration.labels("major")],
    [constants.NODE_PERFORMANCE_GC_MINOR, duration.labels("minor")],
    [constants.NODE_PERFORMANCE_GC_INCREMENTAL, duration.labels("incremental")],
    [constants.NODE_PERFORMANCE_GC_WEAKCB, duration.labels("weakcb")],
  ]);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
      kinds.get(kind)?.observe(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return { metrics: [duration], stop: () => observer.disconnect() };
}
