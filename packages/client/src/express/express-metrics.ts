import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import { measure, type NodeExchange } from "../http/node-requests.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";
import { pathOf } from "../http/request-target.ts";
import { type RoutedRequest, routeOf, watchRoute } from "./watched-route.ts";

/** A request of Express. */
export type ExpressRequest = import("node:http").IncomingMessage & RoutedRequest;

/** A request of Express and its response. */
export type ExpressExchange = NodeExchange<ExpressRequest, import("node:http").ServerResponse>;

/**
 * Middleware for Express 4 and 5 that measures requests and serves the metrics. Use it before anything else, so that it sees
 * what other middleware answers.
 *
 * ```ts
 * const app = express();
 * app.use(expressMetrics());
 * app.get("/users/:id", (request, response) => response.send("Hello"));
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. The route is the
 * pattern that matched, with those of the paths at which routers and applications are mounted. Nothing that goes wrong with
 * metrics reaches a request. Throws a `MetricsError` if an option is invalid.
 */
export function expressMetrics(
  options: HttpMetricsOptions<ExpressExchange> = {},
): (request: ExpressRequest, response: import("node:http").ServerResponse, next: () => void) => void {
  const { requests, served } = setUpHttpMetrics(options);
  return function metrics(request, response, next) {
    // Relative to where it is mounted, and whole.
    if (pathOf(request.url ?? "/") === served?.path) {
      void served.handler(request, response);
      return;
    }
    try {
      if (requests.includes(pathOf(request.originalUrl ?? request.url ?? "/"))) {
        watchRoute(request);
        const exchange = { request, response };
        measure(requests, exchange, exchange, () => routeSet(request) ?? routeOf(request));
      }
    } catch (error) {
      requests.failed(error);
    }
    next();
  };
}
