export { setRoute } from "../http/http-metrics.ts";
export { honoMetrics } from "./hono-metrics.ts";
export { type HonoApplication, measureHono } from "./measure-hono.ts";
