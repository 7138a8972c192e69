import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import type { MeasuredRequests } from "../http/measured-requests.ts";
import type { NodeRequest } from "../http/node-http.ts";
import { measure, measureAnswered } from "../http/node-requests.ts";
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
  install(app, options);
};

/** The same behind hooks that may have answered a request: then it is counted once its response has been sent. */
export const fastifyMetricsBehindHooks: typeof fastifyMetrics = async (app, options) => {
  const { requests, measures } = install(app, options);
  app.addHook("onResponse", (request, reply, next) => {
    const { raw } = request;
    if (measures(raw)) {
      const exchange = { request: raw, response: reply.raw };
      measureAnswered(requests, exchange, { request, reply }, () => routeOf(request), reply.elapsedTime);
    }
    next();
  });
};

interface Installed {
  readonly requests: MeasuredRequests<FastifyExchange>;
  /** Whether a request is one of those that are measured. */
  readonly measures: (request: NodeRequest) => boolean;
}

function install(app: FastifyInstance, options: HttpMetricsOptions<FastifyExchange>): Installed {
  const { requests, served } = setUpHttpMetrics(options);
  const servedPath = served === undefined ? undefined : app.prefix + served.path;
  const measures = ({ url = "/" }: NodeRequest): boolean => {
    const path = pathOf(url);
    return path !== servedPath && requests.includes(path);
  };

  app.addHook("onRequest", (request, reply, next) => {
    if (measures(request.raw)) {
      const exchange = { request: request.raw, response: reply.raw };
      measure(requests, exchange, { request, reply }, () => routeOf(request));
    }
    next();
  });

  if (served !== undefined && takesPath(app.server, servedPath!, requests.place)) {
    app.all(served.path, { exposeHeadRoute: false }, async (request, reply) => {
      reply.hijack();
      await served.handler(request.raw, reply.raw);
    });
  }
  return { requests, measures };
}

const takenPaths = new WeakMap<object, Map<string, object>>();

/**
 * Whether a path is still to be served: not where the plugin has been registered before, with the same metrics. Where it
 * exposes others, Fastify says that the path is taken.
 */
function takesPath(server: object, path: string, place: object): boolean {
  const taken = takenPaths.get(server) ?? new Map<string, object>();
  takenPaths.set(server, taken);
  if (taken.get(path) === place) return false;
  taken.set(path, place);
  return true;
}

function routeOf(request: FastifyRequest): string | undefined {
  return routeSet(request) ?? routeSet(request.raw) ?? request.routeOptions.url;
}

// What fastify-plugin says of a plugin: it is not encapsulated. Nest 10 has Fastify 4.
for (const [plugin, fastify] of [
  [fastifyMetrics, "5.x"],
  [fastifyMetricsBehindHooks, ">=4.28"],
] as const) {
  Object.assign(plugin, {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "@exporterkit/client",
    [Symbol.for("plugin-meta")]: { fastify, name: "@exporterkit/client" },
  });
}
