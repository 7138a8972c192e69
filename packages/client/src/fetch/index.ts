export { type FetchExchange, fetchMetrics } from "./fetch-metrics.ts";
export { setRoute } from "../http/http-metrics.ts";
