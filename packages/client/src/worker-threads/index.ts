// So that the default registry has the metrics of the process, whether or not anything else of the package is imported.
import "../runtime/default-metrics.ts";

export { type CollectedThreads, collectThreads, type CollectThreadsOptions } from "./collect-threads.ts";
export { type SharedMetrics, shareMetrics, type ShareMetricsOptions } from "./share-metrics.ts";
