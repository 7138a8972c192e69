import type { PrometheusContentType, RegistryContentType } from "../content-type.ts";
import type { Registry } from "../registry.ts";
import { activeHandles, activeRequests, activeResources } from "./active-resources.ts";
import { cpuTime } from "./cpu-time.ts";
import type { DefaultMetricsSettings } from "./default-metrics-settings.ts";
import { eventLoopLag } from "./event-loop-lag.ts";
import { maxFileDescriptors, openFileDescriptors } from "./file-descriptors.ts";
import { garbageCollection } from "./garbage-collection.ts";
import { heapSize, heapSpaces } from "./heap.ts";
import { memory } from "./memory.ts";
import { startTime } from "./start-time.ts";
import { versionInfo } from "./version.ts";

/** Settings of {@link collectDefaultMetrics}. */
export interface DefaultMetricsCollectorConfiguration<T extends RegistryContentType> {
  /** The registry that exposes them. Default: the default registry. */
  register?: Registry<T>;
  /** Put before every name. Default: nothing. */
  prefix?: string;
  /** The buckets of `nodejs_gc_duration_seconds`, in seconds. Default: 0.001, 0.01, 0.1, 1, 2 and 5. */
  gcDurationBuckets?: number[];
  /** How often the delay of the event loop is sampled, in milliseconds. Default: 10. */
  eventLoopMonitoringPrecision?: number;
  /** Labels, with their values, that stand in every series. Default: none. */
  labels?: object;
}

interface CollectDefaultMetrics {
  /**
   * Declares the metrics of the process (`process_*`) and of Node.js (`nodejs_*`), which are brought up to date at each
   * scrape. What the platform does not tell is left out. Throws if the registry has one of them already.
   */
  <T extends RegistryContentType = PrometheusContentType>(config?: DefaultMetricsCollectorConfiguration<T>): void;
  /** The names of the subjects. */
  metricsList: string[];
}

/** By the names that prom-client has for them, in the order in which they are exposed. */
const subjects: Readonly<Record<string, (settings: DefaultMetricsSettings) => void>> = {
  processCpuTotal: cpuTime,
  processStartTime: startTime,
  osMemoryHeap: memory,
  processOpenFileDescriptors: openFileDescriptors,
  processMaxFileDescriptors: maxFileDescriptors,
  eventLoopLag,
  ...("getActiveResourcesInfo" in process && { processResources: activeResources }),
  processHandles: activeHandles,
  processRequests: activeRequests,
  heapSizeAndUsed: heapSize,
  heapSpacesSizeAndUsed: heapSpaces,
  version: versionInfo,
  gc: garbageCollection,
};

export const collectDefaultMetrics: CollectDefaultMetrics = Object.assign(collect, {
  metricsList: Object.keys(subjects),
});

function collect<T extends RegistryContentType>(
  config?: (DefaultMetricsCollectorConfiguration<T> & { enableExemplars?: boolean }) | null,
): void {
  if (config != null && typeof config !== "object") {
    throw new TypeError("config must be null, undefined, or an object");
  }
  const { register, prefix, labels, gcDurationBuckets, enableExemplars, ...rest } = config ?? {};
  const { eventLoopMonitoringPrecision } = { eventLoopMonitoringPrecision: 10, ...rest };
  const settings: DefaultMetricsSettings = {
    prefix: prefix || "",
    labels: (labels ?? {}) as DefaultMetricsSettings["labels"],
    registers: register && [register],
    gcDurationBuckets: gcDurationBuckets ?? [0.001, 0.01, 0.1, 1, 2, 5],
    eventLoopMonitoringPrecision,
    enableExemplars: enableExemplars ?? false,
  };
  for (const declare of Object.values(subjects)) declare(settings);
}
