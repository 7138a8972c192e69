export type { FailureListener } from "./failure-log.ts";
export { httpMetrics, setRoute } from "./http-metrics.ts";
export { type MetricsHandler, metricsHandler } from "./metrics-handler.ts";
export type { NodeRequest, NodeResponse } from "./node-http.ts";
export type { NodeExchange } from "./node-requests.ts";
export type { ExtraLabels, HttpMetricsOptions, RequestMetricsOptions } from "./request-metrics-options.ts";
export type { MetricsHandlerOptions, ScrapeInProgress } from "./scraper.ts";
