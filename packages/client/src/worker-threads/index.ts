export { type CollectedThreads, collectThreads, type CollectThreadsOptions } from "./collect-threads.ts";
export { type SharedMetrics, shareMetrics, type ShareMetricsOptions } from "./share-metrics.ts";
