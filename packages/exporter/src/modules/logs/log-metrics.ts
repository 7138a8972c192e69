import { Counter, Gauge, Histogram, Registry, Summary } from "@exporterkit/client";
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../exporter-error.ts";
import type { MetricConfig } from "./metric-config.ts";

/** A metric that lines are counted in. */
export type LogMetric =
  | { readonly type: "counter"; readonly metric: Counter<string> }
  | { readonly type: "gauge"; readonly metric: Gauge<string> }
  | { readonly type: "histogram"; readonly metric: Histogram<string> }
  | { readonly type: "summary"; readonly metric: Summary<string> };

/** What is wrong with a metric beside others, or with the fields that it names; what is wrong with its parts the schema tells. */
export class MetricFault extends Error {}

type Declared = Pick<
  MetricConfig,
  "name" | "type" | "help" | "buckets" | "native" | "quantiles" | "max_series" | "expire_after"
> & { readonly labelNames: readonly string[] };

/** The metrics of a configuration, each once, though several sources and formats may count in it. */
export class LogMetrics {
  readonly registry: Registry = new Registry();
  readonly #metrics = new Map<string, { readonly declared: Declared; readonly made: LogMetric }>();

  /**
   * The metric; one that there is already if it is declared in the same way. Throws a {@link MetricFault} if it is declared
   * otherwise, or cannot be declared.
   */
  get(config: MetricConfig): LogMetric {
    const { name, type, help, buckets, native, quantiles, max_series, expire_after } = config;
    const labelNames = Object.keys(config.labels).toSorted();
    const declared: Declared = { name, type, help, buckets, native, quantiles, max_series, expire_after, labelNames };
    const known = this.#metrics.get(name);
    if (known === undefined) {
      const made = this.#made(declared, Object.keys(config.labels));
      this.#metrics.set(name, { declared, made });
      return made;
    }
    if (!isDeepStrictEqual(known.declared, declared)) {
      throw new MetricFault(`${name} stands several times, with different types, help or labels; make them the same`);
    }
    return known.made;
  }

  #made(declared: Declared, labelNames: readonly string[]): LogMetric {
    try {
      return this.#make(declared, labelNames);
    } catch (error) {
      throw new MetricFault(messageOf(error), { cause: error });
    }
  }

  /** Labels stand in the order in which they were first given. */
  #make(
    { name, type, help, buckets, native, quantiles, max_series, expire_after }: Declared,
    labelNames: readonly string[],
  ): LogMetric {
    const options = {
      name,
      help,
      labelNames,
      maxSeries: max_series,
      expireAfterSeconds: expire_after,
      registers: [this.registry],
    };
    switch (type) {
      case "counter":
        return { type, metric: new Counter(options) };
      case "gauge":
        return { type, metric: new Gauge(options) };
      case "histogram":
        return { type, metric: new Histogram({ ...options, buckets, native: native ? true : undefined }) };
      default:
        return { type, metric: new Summary({ ...options, quantiles }) };
    }
  }
}
