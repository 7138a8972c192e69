import type { Aggregation } from "../aggregation.ts";
import { register } from "../default-registry.ts";
import type { Family, MetricType, Sample } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import type { Registry } from "../registry.ts";
import { Exemplars, type ExemplarSource } from "../series/exemplars.ts";
import { Expiry } from "../series/expiry.ts";
import type { LabelArguments, LabelObject, Labels, SomeLabels } from "../series/labels.ts";
import { SeriesTable } from "../series/series-table.ts";
import {
  checkAggregation,
  checkHelp,
  checkLabelNames,
  checkLimits,
  checkMetricName,
  checkUnit,
  quote,
} from "./declaration.ts";

/** What every metric is declared with. `Self` is the metric's own class. */
export interface MetricOptions<Names extends string, Self = unknown> {
  /** The metric's name, with its unit and, for a counter, `_total`: `http_requests_total`. */
  readonly name: string;
  /** One sentence on what the metric means; the HELP line. */
  readonly help: string;
  /** The unit that the name ends in, before any `_total`: `seconds`, `bytes`, `ratio`. OpenMetrics exposes it. */
  readonly unit?: string | undefined;
  /** The labels that every call has to give. Default: none. */
  readonly labelNames?: readonly Names[] | undefined;
  /** The registries that expose the metric. Default: the default registry, {@link register}. */
  readonly registers?: readonly Registry[] | undefined;
  /** Label sets whose series exist from the start, at zero. A metric without labels always does. */
  readonly init?: readonly Labels<NoInfer<Names>>[] | undefined;
  /** Seconds after which a series that was not written is removed, counted from scrape to scrape. Default: never. */
  readonly expireAfterSeconds?: number | undefined;
  /**
   * How many series there may be. What comes beyond is counted in one series whose labels are all `other`, and
   * `exporterkit_overflowed_lookups_total` tells how often. Default: any number.
   */
  readonly maxSeries?: number | undefined;
  /**
   * How the metrics of several processes or threads become one, where `@exporterkit/client/cluster` or
   * `@exporterkit/client/worker-threads` collects them. Default: counters, gauges, histograms and summaries are added up; a
   * state set is in each state that any process is in; of an info the process that has been there longest tells. Counters
   * take `sum`, `max` and `perWorker`; histograms and summaries `sum` and `perWorker`.
   */
  readonly aggregation?: Aggregation | undefined;
  /**
   * Which names are valid: `legacy`, letters, digits and `_` (and `:` for metrics); or `utf8`, any text, which scrapers
   * that do not ask for UTF-8 get escaped. Default: `legacy`.
   */
  readonly nameValidation?: "legacy" | "utf8" | undefined;
  /**
   * Called at each scrape, before the values are read, with the metric as `this`; a promise is waited for. If it throws,
   * the metric is left out of that scrape.
   */
  readonly collect?: (this: Self) => void | Promise<void>;
}

/** What makes a type of metric what it is. */
export interface MetricShape {
  readonly type: MetricType;
  /** The samples of one series, in the order in which they are exposed. */
  readonly samples: readonly Sample[];
  /** How many numbers a series keeps. Default: 1, the value that it shows. */
  readonly width?: number;
  /** Whether numbers change without being written. Default: false. */
  readonly volatile?: boolean;
  /** Label names that the type sets itself. */
  readonly reservedLabels?: readonly string[];
  /** Where exemplars come from that no call gives. */
  readonly exemplars?: ExemplarSource | undefined;
  /** The native histogram of the series in a slot. */
  readonly native?: Family["native"] | undefined;
  /** How many buckets that may have; 0 for any number. */
  readonly maxNativeBuckets?: number | undefined;
}

/** What all metrics have in common: a declaration and a table of series. */
export abstract class Metric<in out Names extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Names[];
  /** The metric as format writers see it. */
  readonly family: Family;
  /** Brings the values up to date; a registry calls it at each scrape. */
  readonly collect: (() => void | Promise<void>) | undefined;
  protected readonly table: SeriesTable;
  protected readonly exemplars: Exemplars;
  readonly #expiry: Expiry | undefined;
  readonly #init: readonly (readonly string[])[];

  constructor(options: MetricOptions<Names, never>, shape: MetricShape) {
    const { name, help, unit, labelNames = [], init = [], nameValidation = "legacy" } = options;
    checkMetricName(name, nameValidation);
    checkHelp(name, help);
    checkUnit(name, unit, shape.type);
    checkLabelNames(name, labelNames, shape.reservedLabels ?? [], nameValidation);
    checkLimits(name, options);
    checkAggregation(name, options.aggregation, shape.type, labelNames);
    this.name = name;
    this.help = help;
    this.labelNames = [...labelNames];
    this.collect = options.collect?.bind(this as never);
    this.exemplars = new Exemplars(shape.exemplars);
    this.table = new SeriesTable(name, this.labelNames, shape.width ?? 1, {
      maxSeries: options.maxSeries,
      maxNativeBuckets: shape.maxNativeBuckets,
      onRemove: (slot) => this.forget(slot),
    });
    const seconds = options.expireAfterSeconds;
    // The one series of a metric without labels is always there.
    this.#expiry = seconds === undefined || labelNames.length === 0 ? undefined : new Expiry(this.table, seconds);
    const { table, exemplars } = this;
    const exemplar: Family["exemplar"] = (slot, sample) => exemplars.get(slot, sample);
    this.family = {
      name,
      help,
      type: shape.type,
      unit,
      volatile: shape.volatile,
      aggregation: options.aggregation,
      samples: shape.samples,
      series: table,
      column: shape.width === undefined ? () => table.values : undefined,
      read: (slot, values) => this.read(slot, values),
      get exemplar() {
        return exemplars.isEmpty ? undefined : exemplar;
      },
      native: shape.native,
    };
    this.#init = init.map((labels) => this.table.labelValues([labels]));
    this.#createInitial();
    this.#register(options.registers ?? [register]);
  }

  #createInitial(): void {
    if (this.labelNames.length === 0) this.table.slotOfNoLabels();
    for (const values of this.#init) this.table.slotOfValues(values);
  }

  /** Adds it to every registry, or to none if one has another metric of the name. */
  #register(registries: readonly Registry[]): void {
    const joined: Registry[] = [];
    try {
      for (const registry of registries) {
        registry.registerMetric(this);
        joined.push(registry);
      }
    } catch (error) {
      for (const registry of joined) registry.removeSingleMetric(this.name);
      throw error;
    }
  }

  /** Removes one series, given by its labels. Returns false where there was none. */
  remove(...labels: LabelArguments<Names>): boolean {
    return this.table.remove(this.table.labelValues(labels));
  }

  /** Removes the series that have all of these labels, whatever their others, and returns how many there were. */
  removeMatching(labels: SomeLabels<Names>): number {
    return this.table.removeMatching(labels);
  }

  /** Removes every series; that of a metric without labels, and those of `init`, start again from zero. */
  reset(): void {
    this.table.clear();
    this.#createInitial();
  }

  /** Removes the series that have expired; a registry calls it at each scrape. */
  expire(nowSeconds: number): void {
    this.#expiry?.sweep(nowSeconds);
  }

  /** Writes the samples of the series in `slot`, in the order of the family's `samples`. */
  protected read(slot: number, values: Float64Array): void {
    const { width } = this.table;
    values[0] = this.table.values[slot * width]!;
    for (let i = 1; i < width; i++) values[i] = this.table.values[slot * width + i]!;
  }

  /** Called with the slot of each series that is removed. */
  protected forget(slot: number): void {
    this.exemplars.remove(slot);
  }

  /** The label values of the series that a call names, where the labels come first and may be left out if there are none. */
  protected labelValuesOf(labels: unknown): string[] {
    return this.table.labelValues(typeof labels === "object" ? [labels] : []);
  }

  /** The slot of the series that a call names, where the labels come first and may be left out if there are none. */
  protected slotOf(labels: unknown): number {
    return typeof labels === "object" && labels !== null
      ? this.table.slotOf(labels as LabelObject)
      : this.table.slotOfNoLabels();
  }
}

/** Throws the error for a value that `metric` cannot take. */
export function refuseValue(name: string, value: unknown, remedy: string): never {
  throw new MetricsError("invalid_value", `${name}: ${quote(value)} is not a value it can take; ${remedy}.`);
}
