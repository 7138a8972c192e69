import { quote } from "../metrics/declaration.ts";
import { MetricsError } from "../metrics-error.ts";
import { type MetricsHandler, metricsHandler } from "./metrics-handler.ts";
import { MeasuredRequests } from "./measured-requests.ts";
import type { HttpMetricsOptions } from "./request-metrics-options.ts";

/** What an adapter to a framework works with. */
export interface HttpMetrics<Subject> {
  readonly requests: MeasuredRequests<Subject>;
  /** Where the metrics are served; undefined for nowhere. */
  readonly served: { readonly path: string; readonly handler: MetricsHandler } | undefined;
}

/** Sets up the metrics of an application. Throws a `MetricsError` if an option is invalid. */
export function setUpHttpMetrics<Subject>(options: HttpMetricsOptions<Subject>): HttpMetrics<Subject> {
  const { path = "/metrics", registry, onError, handler } = options;
  if (path !== false && !(typeof path === "string" && path.startsWith("/"))) {
    throw new MetricsError("invalid_path", `path is ${quote(path)}; give one that begins with /, or false.`);
  }
  const requests = new MeasuredRequests(options);
  if (path === false) return { requests, served: undefined };
  return { requests, served: { path, handler: metricsHandler({ registry, onError, ...handler }) } };
}
