import type { Context, MiddlewareHandler } from "hono";
import { measureFetch } from "../http/fetch-requests.ts";
import { type HttpMetrics, setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";
import { measureOnNode, nodeExchange, routeOf } from "./hono-requests.ts";

/**
 * Middleware for Hono that measures requests and serves the metrics. Use it before anything else, so that it sees what other
 * middleware answers. Where the application is at hand, `measureHono()` does the same for less.
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
  return middleware(setUpHttpMetrics(options));
}

export function middleware({ requests, served }: HttpMetrics<Context>): MiddlewareHandler {
  // Hono waits for the promise that it is given: one of its own beside that would cost each request as much as the metrics.
  return function metrics(context, next) {
    const { path, raw } = context.req;
    if (path === served?.path) return served.handler(raw);
    if (!requests.includes(path)) return next();
    const node = nodeExchange(context.env);
    if (node === undefined) {
      const route = (): string | undefined => routeOf(context);
      const answer = (): Promise<Response> => next().then(() => context.res);
      return measureFetch(requests, raw, () => context, route, answer).then(() => undefined);
    }
    measureOnNode(requests, node, context);
    return next();
  };
}
