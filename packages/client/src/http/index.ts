export type { FailureListener } from "./failure-log.ts";
export { type MetricsHandler, metricsHandler } from "./metrics-handler.ts";
export type { NodeRequest, NodeResponse } from "./node-http.ts";
export type { MetricsHandlerOptions, ScrapeInProgress } from "./scraper.ts";
