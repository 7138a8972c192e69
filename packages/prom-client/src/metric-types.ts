import type { OpenMetricsContentType, PrometheusContentType } from "./content-type.ts";
import type { Counter } from "./counter.ts";
import type { Gauge } from "./gauge.ts";
import type { Histogram } from "./histogram.ts";
import type { Registry } from "./registry.ts";
import type { Summary } from "./summary.ts";

/** Any metric. */
export type Metric<T extends string = string> = Counter<T> | Gauge<T> | Summary<T> | Histogram<T>;

/** How the values that the workers of a cluster have for the same labels become one. Default: `sum`. */
export type Aggregator = "omit" | "sum" | "first" | "min" | "max" | "average";

/** The type of a metric. It is a type only: at run time a metric says `counter`, `gauge`, `histogram` or `summary`. */
export declare enum MetricType {
  Counter,
  Gauge,
  Histogram,
  Summary,
}

/** Called at each scrape, with the metric as `this`, before its values are read; a promise is waited for. */
export type CollectFunction<T> = (this: T) => void | Promise<void>;

/** A function that brings metrics up to date. */
export type Collector = () => void;

/** What a metric says of itself. */
export interface MetricObject {
  name: string;
  help: string;
  type: MetricType;
  aggregator: Aggregator;
  // oxlint-disable-next-line typescript/no-explicit-any -- which metric it is called on is not known here.
  collect: CollectFunction<any>;
}

/** What a metric says of itself, and its values. */
export interface MetricObjectWithValues<T extends MetricValue<string>> extends MetricObject {
  values: T[];
}

/** One sample of a metric. */
export type MetricValue<T extends string> = {
  value: number;
  labels: LabelValues<T>;
};

/** One sample of a metric that has samples of several names. */
export type MetricValueWithName<T extends string> = MetricValue<T> & {
  metricName?: string;
};

/** Labels, of which a call may leave some out; the series is then exposed without them. */
export type LabelValues<T extends string> = Partial<Record<T, string | number>>;

/** What every metric is declared with. */
export interface MetricConfiguration<T extends string> {
  /** The name that it is exposed under. */
  name: string;
  /** What it means; the HELP line. */
  help: string;
  /** The labels that calls may give. Default: none. */
  labelNames?: T[] | readonly T[];
  /** The registries that expose it. Default: the global one. */
  registers?: (Registry<PrometheusContentType> | Registry<OpenMetricsContentType>)[];
  /** How the values of a cluster's workers become one. Default: `sum`. */
  aggregator?: Aggregator;
  /** Called at each scrape. If it throws or rejects, so does the scrape. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each type of metric says it more closely.
  collect?: CollectFunction<any>;
  /** Whether calls take exemplars; only for registries that are exposed as OpenMetrics. Default: false. */
  enableExemplars?: boolean;
}
