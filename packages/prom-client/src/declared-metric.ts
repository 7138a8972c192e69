import type { Family } from "@exporterkit/client/series";
import { collectFamily } from "./collected-family.ts";
import { prometheusContentType, type RegistryContentType } from "./content-type.ts";
import { labelsOf } from "./label-arguments.ts";
import type { LabelledSeries } from "./labelled-series.ts";
import type { Aggregator, LabelValues, Metric, MetricObjectWithValues, MetricValue } from "./metric-types.ts";
import { register, type Registry } from "./registry.ts";
import { areLabelNames, validateMetricName } from "./validation.ts";

/** What all types of metrics have in common. */
export abstract class DeclaredMetric<T extends string, Value extends MetricValue<string>> {
  /** @internal */
  declare readonly name: string;
  /** @internal */
  declare readonly help: string;
  /** @internal */
  declare readonly type: "counter" | "gauge" | "histogram" | "summary";
  /** @internal */
  declare readonly labelNames: readonly string[];
  /** @internal */
  declare readonly registers: readonly Registry<RegistryContentType>[];
  /** @internal */
  declare readonly aggregator: Aggregator;
  /** @internal */
  declare readonly enableExemplars: boolean;
  /** @internal */
  declare readonly collect: ((this: unknown) => unknown) | undefined;
  /** @internal */
  declare readonly series: LabelledSeries;

  /** @internal All that it is declared with becomes its own, and what it is not declared with is in `defaults`. */
  constructor(config: object, defaults: object) {
    if (config === null || typeof config !== "object") throw new TypeError("constructor expected a config object");
    Object.assign(this, { registers: [register], aggregator: "sum", enableExemplars: false }, defaults, config);
    (this as { labelNames: unknown }).labelNames ??= [];
    (this as { registers: unknown }).registers ??= [register];
    if (!this.help) throw new Error("Missing mandatory help parameter");
    if (!this.name) throw new Error("Missing mandatory name parameter");
    if (!validateMetricName(this.name)) throw new Error("Invalid metric name");
    if (!areLabelNames(this.labelNames)) throw new Error("Invalid label name");
    if (this.collect && typeof this.collect !== "function") {
      throw new Error('Optional "collect" parameter must be a function');
    }
  }

  /** Brings the metric up to date by its `collect`, and returns what it says of itself, with its values. */
  async get(): Promise<MetricObjectWithValues<Value>> {
    const collecting = this.#collect();
    if (collecting !== undefined) await collecting;
    const { help, name, type, aggregator } = this;
    return { help, name, type, values: this.values(), aggregator } as unknown as MetricObjectWithValues<Value>;
  }

  /** Removes the series with these label values, in the order in which the names were declared. */
  remove(...values: string[]): void;
  /** Removes the series with these labels. */
  remove(labels: LabelValues<T>): void;
  remove(...given: unknown[]): void {
    this.series.remove(labelsOf(this.labelNames, given));
  }

  /** @internal */
  [collectFamily](): Family | Promise<Family> | undefined {
    if (this.get !== DeclaredMetric.prototype.get) return undefined;
    const collecting = this.#collect();
    const read = (): Family => {
      this.dropOld();
      return this.family();
    };
    return collecting === undefined ? read() : Promise.resolve(collecting).then(read);
  }

  /** @internal Removes the series that are too old to be shown. */
  dropOld(): void {}

  /** @internal The metric as writers see it. */
  abstract family(): Family;

  /** @internal The values that `get()` returns. */
  abstract values(): Value[];

  #collect(): PromiseLike<unknown> | undefined {
    const collecting = this.collect?.();
    return isThenable(collecting) ? collecting : undefined;
  }
}

/** @internal Adds a metric, once it is complete, to the registries that it is declared with. */
export function join(metric: DeclaredMetric<string, MetricValue<string>>): void {
  for (const registry of metric.registers) {
    if (metric.enableExemplars && registry.contentType === prometheusContentType) {
      throw new TypeError("Exemplars are supported only on OpenMetrics registries");
    }
    registry.registerMetric(metric as unknown as Metric);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
