import { routeSet } from "../http/http-metrics.ts";
import { setUpHttpMetrics } from "../http/http-metrics-set-up.ts";
import type { MeasuredRequests, RequestInFlight } from "../http/measured-requests.ts";
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
    return measured(requests, request, () => handler(request, ...rest));
  };
}

async function measured(
  requests: MeasuredRequests<FetchExchange>,
  request: Request,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const inFlight = requests.begin((name) => request.headers.get(name) ?? undefined);
  let response: Response | undefined;
  try {
    response = await answer();
    return response;
  } finally {
    end(requests, inFlight, { request, response });
  }
}

function end(requests: MeasuredRequests<FetchExchange>, inFlight: RequestInFlight, exchange: FetchExchange): void {
  const { request, response } = exchange;
  const isGone = request.signal.aborted;
  requests.end(inFlight, {
    subject: exchange,
    method: request.method,
    route: routeSet(request),
    status: isGone ? undefined : (response?.status ?? 500),
    requestSize: sizeIn(request.headers),
    responseSize: response === undefined ? undefined : sizeIn(response.headers),
  });
}

/** The Content-Length, where there is one. */
function sizeIn(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}
