import type { Context, MiddlewareHandler } from "hono";
import { measureFetch } from "../http/fetch-requests.ts";
import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import { tellRoute } from "../http/measurement.ts";
import type { NodeRequest, NodeResponse } from "../http/node-http.ts";
import { measure } from "../http/node-requests.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";

/**
 * Middleware for Hono that measures requests and serves the metrics. Use it before anything else, so that it sees what other
 * middleware answers.
 *
 * ```ts
 * const app = new Hono();
 * app.use(honoMetrics());
 * app.get("/users/:id", (c) => c.text("Hello"));
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. The route is the
 * pattern of the handler that answered, its base path included. With `@hono/node-server` a request lasts until its response is
 * closed; elsewhere until the handler has given it, so that the body may still be on its way. Nothing that goes wrong with
 * metrics reaches a request. Throws a `MetricsError` if an option is invalid.
 */
export function honoMetrics(options: HttpMetricsOptions<Context> = {}): MiddlewareHandler {
  const { requests, served } = setUpHttpMetrics(options);
  // Hono waits for the promise that it is given: one of its own beside that would cost each request as much as the metrics.
  return function metrics(context, next) {
    const { path, raw } = context.req;
    if (path === served?.path) return served.handler(raw);
    if (!requests.includes(path)) return next();
    const route = (): string | undefined => routeOf(context);
    const node = nodeExchange(context);
    if (node === undefined) {
      const answer = (): Promise<Response> => next().then(() => context.res);
      return measureFetch(requests, raw, () => context, route, answer).then(() => undefined);
    }
    // What calls the application may measure it, too, in the manner of Fetch.
    if (!tellRoute(raw, requests.place, route)) measure(requests, node, context, route);
    return next();
  };
}

/** The request and response of node:http below, where there are. */
function nodeExchange({ env }: Context): { request: NodeRequest; response: NodeResponse } | undefined {
  const { incoming, outgoing } = (env ?? {}) as { incoming?: NodeRequest; outgoing?: NodeResponse };
  return incoming === undefined || outgoing === undefined ? undefined : { request: incoming, response: outgoing };
}

/** The pattern of the handler that answered; undefined where only middleware saw the request. */
function routeOf(context: Context): string | undefined {
  const set = routeSet(context) ?? routeSet(context.req) ?? routeSet(context.req.raw);
  if (set !== undefined) return set;
  // Asked of the application's own Hono: what `hono/route` exports reads the routes of its own copy alone.
  const { matchedRoutes, routeIndex } = context.req;
  for (let i = routeIndex; i >= 0; i--) {
    const { method, handler, path } = matchedRoutes[i]!;
    // Middleware takes a second parameter, and is there for every method.
    if (method !== "ALL" || handler.length < 2) return path;
  }
  return undefined;
}
