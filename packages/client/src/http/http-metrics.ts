import { setUpHttpMetrics } from "./http-metrics-set-up.ts";
import { measure, type NodeExchange } from "./node-requests.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";
import type { HttpMetricsOptions } from "./request-metrics-options.ts";
import { pathOf } from "./request-target.ts";

const routeSymbol = Symbol("route");

/**
 * Says which pattern a request matched, such as `/users/:id`, where nothing else knows: in a program that finds its routes
 * itself.
 */
export function setRoute(request: object, route: string): void {
  (request as { [routeSymbol]?: string })[routeSymbol] = route;
}

/** The pattern that a program has said that a request matched. */
export function routeSet(request: object): string | undefined {
  return (request as { [routeSymbol]?: string })[routeSymbol];
}

/**
 * Measures the requests that a listener of `node:http` or `node:http2` answers, and serves the metrics beside it.
 *
 * ```ts
 * createServer(
 *   httpMetrics((request, response) => {
 *     setRoute(request, "/");
 *     response.end("Hello, world\n");
 *   }),
 * ).listen(8080);
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. Nothing that goes
 * wrong with metrics reaches a request. Throws a `MetricsError` if an option is invalid.
 */
export function httpMetrics<
  Request extends NodeRequest = import("node:http").IncomingMessage,
  Response extends NodeResponse = import("node:http").ServerResponse,
>(
  listener: (request: Request, response: Response) => unknown,
  options: HttpMetricsOptions<NodeExchange<Request, Response>> = {},
): (request: Request, response: Response) => void {
  const { requests, served } = setUpHttpMetrics(options);
  return (request, response) => {
    const path = pathOf(request.url ?? "/");
    if (path === served?.path) {
      void served.handler(request, response);
      return;
    }
    if (requests.includes(path)) {
      const exchange = { request, response };
      measure(requests, exchange, exchange, () => routeSet(request));
    }
    return listener(request, response) as void;
  };
}
