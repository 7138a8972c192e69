export { setRoute } from "../http/http-metrics.ts";
export { honoMetrics } from "./hono-metrics.ts";
