import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import { measure } from "../http/node-requests.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";
import { pathOf } from "../http/request-target.ts";
import { type RoutedContext, routeOf, watchRoute } from "./watched-route.ts";

/** The context of Koa, as far as it matters here. */
export interface KoaContext extends RoutedContext {
  readonly req: import("node:http").IncomingMessage;
  readonly res: import("node:http").ServerResponse;
  respond?: boolean | undefined;
}

/**
 * Middleware for Koa that measures requests and serves the metrics. Use it before anything else, so that it sees what other
 * middleware answers.
 *
 * ```ts
 * const app = new Koa();
 * app.use(koaMetrics());
 * app.use(router.routes());
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. The route is the
 * pattern that `@koa/router` matched, behind the paths at which `koa-mount` mounted it. Nothing that goes wrong with metrics
 * reaches a request. Throws a `MetricsError` if an option is invalid.
 */
export function koaMetrics(
  options: HttpMetricsOptions<KoaContext> = {},
): (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  const { requests, served } = setUpHttpMetrics(options);
  return function metrics(context, next) {
    const { req, res } = context;
    if (served !== undefined && pathOf(context.url) === served.path) {
      context.respond = false;
      return served.handler(req, res);
    }
    if (requests.includes(pathOf(context.originalUrl))) {
      watchRoute(context);
      measure(requests, { request: req, response: res }, context, () => {
        return routeSet(context) ?? routeSet(req) ?? routeOf(context);
      });
    }
    return next();
  };
}
