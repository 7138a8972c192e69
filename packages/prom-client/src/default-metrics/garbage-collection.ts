import { constants, PerformanceObserver } from "node:perf_hooks";
import { Histogram } from "../histogram.ts";
import { declaration, type DefaultMetricsSettings } from "./default-metrics-settings.ts";
import { stopWithout } from "./stop-without.ts";

const kinds = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/** How long each garbage collection took. */
export function garbageCollection(settings: DefaultMetricsSettings): void {
  const histogram = new Histogram({
    ...declaration(settings, {
      name: "nodejs_gc_duration_seconds",
      help: "Garbage collection duration by kind, one of major, minor, incremental or weakcb.",
      labelNames: ["kind"],
    }),
    enableExemplars: false,
    buckets: settings.gcDurationBuckets,
  });
  const observer = observe(new WeakRef(histogram), settings.labels);
  stopWithout(histogram, observer.disconnect.bind(observer));
}

function observe(histogram: WeakRef<Histogram>, labels: DefaultMetricsSettings["labels"]): PerformanceObserver {
  const observer = new PerformanceObserver((list) => {
    // Collections that follow each other closely are reported together.
    for (const entry of list.getEntries()) {
      const kind = kinds.get((entry as unknown as { detail: { kind: number } }).detail.kind);
      if (kind !== undefined) histogram.deref()?.observe({ kind, ...labels }, entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return observer;
}
