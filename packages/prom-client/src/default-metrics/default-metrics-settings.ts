import { Counter } from "../counter.ts";
import { Gauge } from "../gauge.ts";
import type { RegistryContentType } from "../content-type.ts";
import type { Registry } from "../registry.ts";

/** What the metrics of each subject are declared with. */
export interface DefaultMetricsSettings {
  /** Put before every name. */
  readonly prefix: string;
  /** Labels that stand in every series. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** Undefined for the default registry. */
  readonly registers: Registry<RegistryContentType>[] | undefined;
  /** The buckets of `nodejs_gc_duration_seconds`, in seconds. */
  readonly gcDurationBuckets: number[];
  /** How often the delay of the event loop is sampled, in milliseconds; undefined for what Node.js takes. */
  readonly eventLoopMonitoringPrecision: number | undefined;
  /** Whether the counters of CPU time have the active span of OpenTelemetry as an exemplar. */
  readonly enableExemplars: boolean;
}

/** What tells one metric from the others of its subject. */
export interface DefaultMetricOptions {
  readonly name: string;
  readonly help: string;
  /** Labels of the metric's own, which stand before those of all. Default: none. */
  readonly labelNames?: readonly string[];
  /** How those of several processes become one. Default: `sum`. */
  readonly aggregator?: "omit" | "first" | "min" | "max" | "average";
  /** Called at each scrape. */
  readonly collect?: () => void;
}

export function declareGauge(settings: DefaultMetricsSettings, options: DefaultMetricOptions): Gauge {
  return new Gauge(declaration(settings, options));
}

export function declareCounter(settings: DefaultMetricsSettings, options: DefaultMetricOptions): Counter {
  return new Counter({ ...declaration(settings, options), enableExemplars: settings.enableExemplars });
}

type Declaration = Omit<DefaultMetricOptions, "labelNames"> & {
  labelNames: string[];
  registers?: NonNullable<DefaultMetricsSettings["registers"]>;
};

/** The options of a metric by the settings of all. */
export function declaration(settings: DefaultMetricsSettings, options: DefaultMetricOptions): Declaration {
  const { prefix, labels, registers } = settings;
  return {
    ...options,
    name: prefix + options.name,
    labelNames: [...(options.labelNames ?? []), ...Object.keys(labels)],
    ...(registers && { registers }),
  };
}
