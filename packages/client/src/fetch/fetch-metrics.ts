import { measureFetch } from "../http/fetch-requests.ts";
import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import { pathOf } from "../http/request-target.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";

/** A request and the response to it; there is none where the handler failed. */
export interface FetchExchange {
  readonly request: Request;
  readonly response: Response | undefined;
}

/**
 * Measures the requests that a handler in the manner of Fetch answers, and serves the metrics beside it: for Bun, Deno and
 * servers at the edge.
 *
 * ```ts
 * Deno.serve(
 *   fetchMetrics((request) => {
 *     setRoute(request, "/");
 *     return new Response("Hello, world\n");
 *   }),
 * );
 * ```
 *
 * A request lasts until the handler has given its response or has failed, which counts as a 500; the body may still be on its
 * way then. Throws a `MetricsError` if an option is invalid.
 */
export function fetchMetrics<Rest extends readonly unknown[]>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  options: HttpMetricsOptions<FetchExchange> = {},
): (request: Request, ...rest: Rest) => Response | Promise<Response> {
  const { requests, served } = setUpHttpMetrics(options);
  return (request, ...rest) => {
    const path = pathOf(request.url);
    if (path === served?.path) return served.handler(request);
    if (!requests.includes(path)) return handler(request, ...rest);
    return measureFetch(
      requests,
      request,
      (response) => ({ request, response }),
      () => routeSet(request),
      () => handler(request, ...rest),
    );
  };
}
