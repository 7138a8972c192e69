export { setRoute } from "../http/http-metrics.ts";
export { type ExpressExchange, expressMetrics, type ExpressRequest } from "./express-metrics.ts";
