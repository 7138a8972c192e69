import type { NativeOptions } from "../metrics/native-buckets.ts";
import type { Registry } from "../registry.ts";
import type { ExemplarSource } from "../series/exemplars.ts";
import type { LabelValue } from "../series/labels.ts";
import type { FailureListener } from "./failure-log.ts";
import type { MetricsHandlerOptions } from "./scraper.ts";

/** What requests are measured by. `Subject` is what tells of one: a request and its response, or a framework's context. */
export interface RequestMetricsOptions<Subject> {
  /** The registry of the metrics. Default: the default registry. */
  readonly registry?: Registry | undefined;
  /** What stands before each metric's name. Default: nothing. */
  readonly prefix?: string | undefined;
  /** Upper bounds of the buckets of the duration, in seconds. Default: OpenTelemetry's, 5 ms to 10 s. */
  readonly buckets?: readonly number[] | undefined;
  /** Whether the duration is a native histogram too, for scrapers that take it. Default: it is not. */
  readonly native?: true | NativeOptions | undefined;
  /** Whether the bytes of requests' bodies are observed, as `http_request_size_bytes`. Default: false. */
  readonly requestSize?: boolean | undefined;
  /** Whether the bytes of responses' bodies are observed, as `http_response_size_bytes`. Default: false. */
  readonly responseSize?: boolean | undefined;
  /** Paths of which requests are not measured: the whole path, or what matches. Default: none but the metrics' own. */
  readonly exclude?: readonly (string | RegExp)[] | undefined;
  /** Labels beside method, route and status. Default: none. */
  readonly labels?: ExtraLabels<Subject> | undefined;
  /** How many routes are told apart; `other` stands for those beyond. Default: 1000. */
  readonly maxRoutes?: number | undefined;
  /**
   * Where exemplars come from: a function such as `activeSpan` of `@exporterkit/client/opentelemetry`, asked when a request
   * begins; or true for the request's own `traceparent` header. Default: there are none.
   */
  readonly exemplars?: true | ExemplarSource | undefined;
  /** Told what went wrong while a request was measured. Default: writes to the console, not too often. */
  readonly onError?: FailureListener | undefined;
}

/** Labels of an application's own. */
export interface ExtraLabels<Subject> {
  readonly names: readonly string[];
  /** Their values for one request, asked when it has been answered. One that is not given is empty. */
  readonly values: (subject: Subject) => Readonly<Record<string, LabelValue | undefined>>;
  /** How many values of each are told apart; `other` stands for those beyond. Default: 100. */
  readonly maxValues?: number | undefined;
}

/** How an application's requests are measured, and its metrics served. */
export interface HttpMetricsOptions<Subject> extends RequestMetricsOptions<Subject> {
  /** The path at which the metrics are served; false for nowhere. Default: `/metrics`. */
  readonly path?: string | false | undefined;
  /** How they are served. Default: what `registry` holds is exposed, with `onError` for what fails. */
  readonly handler?: MetricsHandlerOptions | undefined;
}
