import { renderText, textContentType } from "./exposition/text.ts";
import type { Family } from "./family.ts";
import { MetricsError } from "./metrics-error.ts";

/** What a registry holds: anything with a name that brings its values up to date and describes itself to the writers. */
export interface RegistrableMetric {
  readonly name: string;
  readonly family: Family;
  /** Brings the values up to date before they are read. */
  readonly collect?: (() => void | Promise<void>) | undefined;
  /** Forgets every value. */
  reset(): void;
}

/** How a registry behaves. */
export interface RegistryOptions {
  /**
   * Told when a metric's `collect` threw, in which case that metric is left out of the scrape and the others are exposed.
   * Default: the error is written to the console.
   */
  readonly onCollectError?: (error: unknown, metricName: string) => void;
}

/** A set of metrics that are exposed together. Names are unique in it. */
export class Registry {
  /** The Content-Type of what {@link Registry.metrics} returns. */
  readonly contentType: string = textContentType;
  readonly #metrics = new Map<string, RegistrableMetric>();
  readonly #onCollectError: (error: unknown, metricName: string) => void;
  #collection: Promise<ReadonlySet<RegistrableMetric>> | undefined;

  constructor(options: RegistryOptions = {}) {
    this.#onCollectError = options.onCollectError ?? reportOnConsole;
  }

  /** A registry that exposes the metrics of several. Throws if two of them hold different metrics of one name. */
  static merge(registries: readonly Registry[], options?: RegistryOptions): Registry {
    const merged = new Registry(options);
    for (const registry of registries) {
      for (const metric of registry.getMetricsAsArray()) merged.registerMetric(metric);
    }
    return merged;
  }

  /** Adds a metric. Adding it again does nothing; another metric of the same name throws. */
  registerMetric(metric: RegistrableMetric): void {
    const metrics = this.contents();
    const present = metrics.get(metric.name);
    if (present !== undefined && present !== metric) {
      throw new MetricsError(
        "duplicate_metric",
        `${metric.name}: the registry holds a metric of that name already; declare it once and share it, ` +
          "choose another name, or give the second its own registry with the registers option.",
      );
    }
    metrics.set(metric.name, metric);
  }

  /** The metrics, in the order in which they were added. */
  getMetricsAsArray(): RegistrableMetric[] {
    return [...this.contents().values()];
  }

  /** The metric of that name, if there is one. */
  getSingleMetric(name: string): RegistrableMetric | undefined {
    return this.contents().get(name);
  }

  /** Takes the metric of that name out of the registry, if it is there. */
  removeSingleMetric(name: string): void {
    this.contents().delete(name);
  }

  /** Takes every metric out of the registry. */
  clear(): void {
    this.contents().clear();
  }

  /** Resets every metric. */
  resetMetrics(): void {
    for (const metric of this.contents().values()) metric.reset();
  }

  /**
   * Brings every metric up to date and returns the exposition in text format 0.0.4, families in the order of their names.
   * Calls that overlap share one collection.
   *
   * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
   */
  async metrics(): Promise<string> {
    this.#collection ??= this.#collect().finally(() => (this.#collection = undefined));
    const failed = await this.#collection;
    const families: Family[] = [];
    for (const metric of this.contents().values()) if (!failed.has(metric)) families.push(metric.family);
    return renderText(families.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  }

  /** The metrics by name, as every other method sees them. */
  protected contents(): Map<string, RegistrableMetric> {
    return this.#metrics;
  }

  /** Calls every `collect`, all at once, and returns the metrics whose call failed. */
  async #collect(): Promise<ReadonlySet<RegistrableMetric>> {
    const failed = new Set<RegistrableMetric>();
    const collections: Promise<void>[] = [];
    for (const metric of this.contents().values()) {
      if (metric.collect === undefined) continue;
      const fail = (error: unknown): void => {
        failed.add(metric);
        this.#onCollectError(error, metric.name);
      };
      try {
        const collected = metric.collect();
        if (collected !== undefined) collections.push(Promise.resolve(collected).catch(fail));
      } catch (error) {
        fail(error);
      }
    }
    await Promise.all(collections);
    return failed;
  }
}

function reportOnConsole(error: unknown, metricName: string): void {
  console.error(`${metricName}: its collect function failed, so it is left out of this scrape:`, error);
}
