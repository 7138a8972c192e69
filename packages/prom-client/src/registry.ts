import type { Family } from "@exporterkit/client/series";
import { type CollectableMetric, collectFamily } from "./collected-family.ts";
import {
  type OpenMetricsContentType,
  openMetricsContentType,
  type PrometheusContentType,
  prometheusContentType,
  type RegistryContentType,
} from "./content-type.ts";
import { ExpositionText, type TextSettings } from "./exposition-text.ts";
import type { Metric, MetricObject, MetricObjectWithValues, MetricValue } from "./metric-types.ts";
import { type GivenMetric, sampleText } from "./sample-text.ts";

/** The texts of merged registries, by the first of those they were merged from: many are merged anew for each scrape. */
const textsOfMerged = new WeakMap<object, ExpositionText>();

/** A set of metrics that are exposed together, in the order in which they were added. */
export class Registry<BoundRegistryContentType extends RegistryContentType = PrometheusContentType> {
  /** The Content-Type of the text format. */
  static PROMETHEUS_CONTENT_TYPE: PrometheusContentType = prometheusContentType;
  /** The Content-Type of OpenMetrics. */
  static OPENMETRICS_CONTENT_TYPE: OpenMetricsContentType = openMetricsContentType;
  /** @internal The registry of every metric that names no other. */
  static globalRegistry: Registry;

  /** @internal */
  _metrics: Record<string, Metric>;
  /** @internal */
  _collectors: unknown[];
  /** @internal */
  _defaultLabels: Readonly<Record<string, unknown>>;
  /** @internal */
  _contentType: RegistryContentType;
  /** @internal */
  texts: ExpositionText;

  /** A registry that is exposed as `contentType`, by default in the text format. Throws if that is none of the two. */
  constructor(contentType?: BoundRegistryContentType) {
    this._metrics = {};
    this._collectors = [];
    this._defaultLabels = {};
    this.texts = new ExpositionText();
    const type = contentType === undefined ? prometheusContentType : contentType;
    if (!isContentType(type)) throw new TypeError(`Content type ${type as string} is unsupported`);
    this._contentType = type;
  }

  /**
   * A registry with the metrics that several hold now, exposed as they are. Throws if they are exposed differently, or hold
   * different metrics of one name.
   */
  static merge(registers: Registry[]): Registry {
    const [first] = registers;
    const { contentType } = first!;
    if (registers.some((register) => register.contentType !== contentType)) {
      throw new Error("Registers can only be merged if they have the same content type");
    }
    const merged = new Registry(contentType);
    for (const register of registers) {
      for (const metric of register.getMetricsAsArray()) merged.registerMetric(metric as unknown as Metric);
    }
    merged.texts = textsOfMerged.get(first!) ?? merged.texts;
    textsOfMerged.set(first!, merged.texts);
    return merged;
  }

  /**
   * Brings every metric up to date and returns the exposition in the registry's format. Rejects if the `collect` of one
   * throws or rejects.
   */
  async metrics(): Promise<string> {
    const settings = this.#settings();
    const collected = this.getMetricsAsArray().map((metric) => this.#collect(metric as unknown as Metric, settings));
    const text = await this.#textOf(await Promise.all(collected), settings);
    if (settings.isOpenMetrics) return `${text || "\n"}# EOF\n`;
    return text.slice(1) || "\n";
  }

  /** Takes every metric and the default labels out of the registry. */
  clear(): void {
    this._metrics = {};
    this._defaultLabels = {};
    // Nothing of the metrics may stay: what measures the runtime ends when nobody has them any more.
    this.texts = new ExpositionText();
  }

  /** Resets every metric. */
  resetMetrics(): void {
    for (const metric of Object.values(this._metrics)) metric.reset();
  }

  /** Adds a metric. Throws if there is another of its name. */
  registerMetric<T extends string>(metric: Metric<T>): void {
    const { name } = metric as unknown as { name: string };
    const present: unknown = this._metrics[name];
    if (present && present !== metric) {
      throw new Error(`A metric with the name ${name} has already been registered.`);
    }
    this._metrics[name] = metric;
  }

  /** Brings every metric up to date and returns what they say of themselves, with their values. */
  async getMetricsAsJSON(): Promise<MetricObjectWithValues<MetricValue<string>>[]> {
    const metrics = await Promise.all(Object.values(this._metrics).map((metric) => metric.get()));
    const defaults = Object.entries(this._defaultLabels);
    if (defaults.length === 0) return metrics;
    return metrics.map((metric) => {
      // What was aggregated as `omit` has none.
      const values: readonly MetricValue<string>[] | undefined = metric.values;
      if (values === undefined) return metric;
      return { ...metric, values: values.map((value) => ({ ...value, labels: withDefaults(value.labels, defaults) })) };
    });
  }

  /** The metrics, in the order in which they were added. */
  getMetricsAsArray(): MetricObject[] {
    return Object.values(this._metrics) as unknown as MetricObject[];
  }

  /** Takes the metric of that name out of the registry, if it is there. */
  removeSingleMetric(name: string): void {
    delete this._metrics[name];
  }

  /** The metric of that name, if there is one. */
  getSingleMetric<T extends string>(name: string): Metric<T> | undefined {
    return this._metrics[name];
  }

  /** Puts labels into every series that has none of the name. They take the place of those that were set before. */
  setDefaultLabels(labels: object): void {
    this._defaultLabels = labels as Readonly<Record<string, unknown>>;
  }

  /** Brings the metric of that name up to date and returns its part of the exposition. Rejects if there is none. */
  getSingleMetricAsString(name: string): Promise<string> {
    return this.getMetricsAsString(this._metrics[name]!);
  }

  /** @internal The same for any metric. */
  async getMetricsAsString(metric: Metric): Promise<string> {
    const settings = this.#settings();
    const collected = await this.#collect(metric, settings);
    return typeof collected === "string" ? collected : await this.#partOf(collected, settings);
  }

  /** What the registry is exposed as: the Content-Type of {@link Registry.metrics}. */
  get contentType(): BoundRegistryContentType {
    return this._contentType as BoundRegistryContentType;
  }

  /** Sets what the registry is exposed as. Throws if it is none of the two. */
  setContentType(contentType: BoundRegistryContentType): void {
    if (!isContentType(contentType)) throw new Error(`Content type ${contentType as string} is unsupported`);
    this._contentType = contentType;
  }

  /** A metric brought up to date: its family, or its text where it has none or was waited for. */
  async #collect(metric: Metric, settings: TextSettings): Promise<Family | string> {
    const family = (metric as unknown as Partial<CollectableMetric>)[collectFamily]?.();
    // While others are waited for, the next scrape may begin to bring it up to date again: by then it may have been reset.
    if (family instanceof Promise) return await this.#partOf(await family, settings);
    if (family !== undefined) return family;
    const given = metric as unknown as Record<"getForPromString" | "get", () => Promise<GivenMetric>>;
    // prom-client's own histograms have a way of their own, with labels that need not be copied.
    const values = typeof given.getForPromString === "function" ? given.getForPromString() : given.get();
    return sampleText(await values, settings);
  }

  /** The part of the exposition that is one family's. */
  async #partOf(family: Family, settings: TextSettings): Promise<string> {
    const text = await this.texts.write([family], settings);
    return text.slice(settings.isOpenMetrics ? 0 : 1, -1);
  }

  async #textOf(collected: readonly (Family | string)[], settings: TextSettings): Promise<string> {
    const parts: string[] = [];
    let families: Family[] = [];
    for (const family of collected) {
      if (typeof family !== "string") {
        families.push(family);
        continue;
      }
      parts.push(await this.texts.write(families, settings), `${settings.isOpenMetrics ? "" : "\n"}${family}\n`);
      families = [];
    }
    parts.push(await this.texts.write(families, settings));
    return parts.join("");
  }

  /** Those of now: they may change while metrics are collected, as where each request sets the content type. */
  #settings(): TextSettings {
    return { isOpenMetrics: this._contentType === openMetricsContentType, defaultLabels: this._defaultLabels };
  }
}

/** The registry of every metric that names no other. */
export const register: Registry = new Registry();
Registry.globalRegistry = register;

function isContentType(contentType: unknown): contentType is RegistryContentType {
  return contentType === prometheusContentType || contentType === openMetricsContentType;
}

function withDefaults(
  labels: Readonly<Record<string, unknown>>,
  defaults: readonly (readonly [name: string, value: unknown])[],
): Record<string, string | number> {
  const all: Record<string, unknown> = { ...labels };
  for (const [name, value] of defaults) all[name] ||= value;
  return all as Record<string, string | number>;
}
