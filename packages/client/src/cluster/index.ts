export { type CollectedWorkers, collectWorkers, type CollectWorkersOptions } from "./collect-workers.ts";
export { type MetricsReporter, reportMetrics, type ReportMetricsOptions } from "./report-metrics.ts";
