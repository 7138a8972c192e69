import { register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import { exponentialBuckets } from "../metrics/buckets.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Histogram } from "../metrics/histogram.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import type { Registry } from "../registry.ts";
import { InFlight } from "./in-flight.ts";
import type { RequestMetricsOptions } from "./request-metrics-options.ts";

/** The metrics of requests in one registry. */
export interface RequestMetricSet {
  readonly duration: Histogram<string>;
  readonly inFlight: InFlight;
  readonly requestSize: Histogram<string> | undefined;
  readonly responseSize: Histogram<string> | undefined;
}

type Declaration = Omit<RequestMetricsOptions<never>, "labels"> & { readonly labelNames: readonly string[] };

// https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const sizeBuckets = exponentialBuckets(100, 10, 7);

/** The labels that every request has. */
export const requestLabelNames: readonly string[] = ["method", "route", "status"];

const declared = new WeakMap<Registry, Map<string, RequestMetricSet>>();

/**
 * Declares the metrics of requests. What measures several servers of a program in the same way shares them.
 *
 * Throws a `MetricsError` if the declaration is invalid, or the registry has others of a name.
 */
export function requestMetricSet(declaration: Declaration): RequestMetricSet {
  const { registry = register, prefix = "", buckets, native, labelNames, requestSize, responseSize } = declaration;
  const sets = declared.get(registry) ?? new Map<string, RequestMetricSet>();
  declared.set(registry, sets);
  const key = JSON.stringify([prefix, buckets, native, labelNames, requestSize === true, responseSize === true]);
  const present = sets.get(key);
  if (present !== undefined && isExposed(present.duration, registry)) return present;

  const histogram = (name: string, help: string, settings: object): Histogram<string> =>
    new Histogram({
      name: prefix + name,
      help,
      labelNames: [...requestLabelNames, ...labelNames],
      registers: [registry],
      ...settings,
    });
  const made: RegistrableMetric[] = [];
  const keep = <Made extends RegistrableMetric>(metric: Made): Made => {
    made.push(metric);
    return metric;
  };
  try {
    const size = { unit: "bytes", buckets: sizeBuckets };
    const set: RequestMetricSet = {
      duration: keep(
        histogram("http_request_duration_seconds", "Time to answer HTTP requests, in seconds.", {
          unit: "seconds",
          buckets: buckets ?? durationBuckets,
          native,
        }),
      ),
      inFlight: new InFlight(
        keep(
          new Gauge({
            name: `${prefix}http_requests_in_flight`,
            help: "HTTP requests that are being answered.",
            registers: [registry],
          }),
        ),
      ),
      requestSize: requestSize
        ? keep(histogram("http_request_size_bytes", "Size of the bodies of HTTP requests, in bytes.", size))
        : undefined,
      responseSize: responseSize
        ? keep(histogram("http_response_size_bytes", "Size of the bodies of HTTP responses, in bytes.", size))
        : undefined,
    };
    sets.set(key, set);
    return set;
  } catch (error) {
    for (const metric of made) registry.removeSingleMetric(metric.name);
    throw clarified(error);
  }
}

function isExposed(metric: RegistrableMetric, registry: Registry): boolean {
  return registry.getSingleMetric(metric.name) === metric;
}

function clarified(error: unknown): unknown {
  if (!(error instanceof MetricsError) || error.code !== "duplicate_metric") return error;
  return new MetricsError(
    error.code,
    `${error.message} Metrics of requests that are declared twice share one set where their options are the same; ` +
      "otherwise give one of them a prefix or a registry of its own.",
  );
}
