export { setRoute } from "../http/http-metrics.ts";
export { MetricsModule, type MetricsModuleAsyncOptions, type MetricsModuleOptions } from "./metrics-module.ts";
