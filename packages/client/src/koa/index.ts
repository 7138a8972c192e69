export { setRoute } from "../http/http-metrics.ts";
export { type KoaContext, koaMetrics } from "./koa-metrics.ts";
