export { setRoute } from "../http/http-metrics.ts";
export { type FastifyExchange, fastifyMetrics } from "./fastify-metrics.ts";
