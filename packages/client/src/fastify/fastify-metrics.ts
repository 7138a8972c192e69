import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import { measure } from "../http/node-requests.ts";
import { pathOf } from "../http/request-target.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";

/** A request of Fastify and its reply. */
export interface FastifyExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * A plugin for Fastify 5 that measures the requests of the whole application, whatever they are encapsulated in, and serves
 * the metrics as a route. Register it before the routes.
 *
 * ```ts
 * const app = fastify();
 * await app.register(fastifyMetrics);
 * app.get("/users/:id", async () => "Hello");
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. The route is that of
 * `request.routeOptions.url`. Nothing that goes wrong with metrics reaches a request. Rejects with a `MetricsError` if an
 * option is invalid.
 */
export const fastifyMetrics: FastifyPluginAsync<HttpMetricsOptions<FastifyExchange>> = async (app, options) => {
  const { requests, served } = setUpHttpMetrics(options);
  const servedPath = served === undefined ? undefined : app.prefix + served.path;

  app.addHook("onRequest", (request, reply, next) => {
    const path = pathOf(request.raw.url ?? "/");
    if (path !== servedPath && requests.includes(path)) {
      measure(requests, { request: request.raw, response: reply.raw }, { request, reply }, () => {
        return routeSet(request) ?? routeSet(request.raw) ?? request.routeOptions.url;
      });
    }
    next();
  });

  if (served === undefined) return;
  app.route({
    method: ["GET", "HEAD"],
    url: served.path,
    exposeHeadRoute: false,
    schema: { hide: true } as object,
    async handler(request, reply) {
      reply.hijack();
      await served.handler(request.raw, reply.raw);
    },
  });
};

// What fastify-plugin says of a plugin: it is not encapsulated.
Object.assign(fastifyMetrics, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "@exporterkit/client",
  [Symbol.for("plugin-meta")]: { fastify: "5.x", name: "@exporterkit/client" },
});
