// So that the default registry has the metrics of the process, whether or not anything else of the package is imported.
// oxlint-disable-next-line import/no-unassigned-import -- what it exports belongs to another entry
import "../runtime/default-metrics.ts";

export { type CollectedThreads, collectThreads, type CollectThreadsOptions } from "./collect-threads.ts";
export { type SharedMetrics, shareMetrics, type ShareMetricsOptions } from "./share-metrics.ts";
