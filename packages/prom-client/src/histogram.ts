import { bucketSamples, countInBucket, type Family, readBuckets } from "@exporterkit/client/series";
import { BoundSlot } from "./bound-slot.ts";
import { DeclaredMetric, join } from "./declared-metric.ts";
import { Exemplar, Exemplars } from "./exemplar.ts";
import { isLabels, labelsOf, none } from "./label-arguments.ts";
import { type GivenLabels, LabelledSeries } from "./labelled-series.ts";
import type { CollectFunction, LabelValues, MetricConfiguration, MetricValueWithName } from "./metric-types.ts";
import { familyOf } from "./metric-family.ts";
import { startStopwatch } from "./stopwatch.ts";
import { checkLabels, isFinite, refuse } from "./validation.ts";

/** What a histogram is declared with. */
export interface HistogramConfiguration<T extends string> extends MetricConfiguration<T> {
  /** The upper bounds of the buckets, each inclusive; `+Inf` is implied. Default: for seconds, from 0.005 to 10. */
  buckets?: number[];
  collect?: CollectFunction<Histogram<T>>;
}

/** An observation that may have an exemplar. */
export interface ObserveDataWithExemplar<T extends string> {
  value: number;
  labels?: LabelValues<T>;
  /** Default: the exemplar of the bucket stays as it is. */
  exemplarLabels?: LabelValues<T>;
}

const defaultBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Observations counted in buckets, with their sum and number. */
export class Histogram<T extends string = string> extends DeclaredMetric<T, MetricValueWithName<T>> {
  /** @internal */
  override readonly type = "histogram" as const;
  /** @internal */
  declare readonly series: LabelledSeries;
  /** @internal The bounds as they were given. */
  readonly upperBounds: readonly number[];
  readonly #bounds: Float64Array;
  readonly #exemplars: Exemplars | undefined;
  readonly #family: Family;

  /** Throws if the declaration is invalid, or a registry holds another metric of that name. */
  constructor(configuration: HistogramConfiguration<T>) {
    super(configuration, { buckets: defaultBuckets });
    if (this.labelNames.includes("le")) throw new Error("le is a reserved label keyword");
    const { buckets } = this as unknown as { buckets: readonly number[] };
    this.upperBounds = Object.freeze(buckets.filter((bound) => bound !== Infinity));
    this.#bounds = Float64Array.from(this.upperBounds);
    const bounds = this.#bounds;
    this.#exemplars = this.enableExemplars ? new Exemplars() : undefined;
    const exemplars = this.#exemplars;
    const forget = exemplars && ((slot: number): void => exemplars.forget(slot));
    this.series = new LabelledSeries(this.name, this.labelNames, bounds.length + 2, forget);
    const { table } = this.series;
    this.#family = familyOf(this, {
      samples: bucketSamples(bounds),
      read: (slot, values) => readBuckets(table, slot, bounds, values),
      exemplars,
    });
    if (exemplars !== undefined)
      this.observe = (data: unknown) => this.#observeWithExemplar(data as ObserveDataWithExemplar<T>);
    if (this.labelNames.length === 0) this.series.slotOf(none);
    join(this);
  }

  /** Counts one observation. Throws if it is no finite number. */
  observe(value: number): void;
  /** Counts one observation in the series with these labels. */
  observe(labels: LabelValues<T>, value: number): void;
  /** Counts one observation and gives it an exemplar: the one form for a histogram that has exemplars enabled. */
  observe(observeData: ObserveDataWithExemplar<T>): void;
  observe(labels?: unknown, value?: unknown): void {
    if (isLabels(labels)) this.#observe(labels, value);
    // prom-client takes what is nothing for no labels, but for 0.
    else this.#observe(none, labels || labels === 0 ? labels : value);
  }

  /**
   * Starts a stopwatch. The function it returns observes the seconds since, and returns them. Labels that are known only
   * then may be given to that function.
   */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number;
  /** The same with the labels of an exemplar. */
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: LabelValues<T>,
  ): (labels?: LabelValues<T>, exemplarLabels?: LabelValues<T>) => number;
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: LabelValues<T>,
  ): (labels?: LabelValues<T>, exemplarLabels?: LabelValues<T>) => number {
    const elapsed = startStopwatch();
    return (endLabels, endExemplarLabels) => {
      const value = elapsed();
      const all = { ...labels, ...endLabels } as LabelValues<T>;
      if (this.#exemplars === undefined) this.observe(all, value);
      else this.observe({ labels: all, value, exemplarLabels: { ...exemplarLabels, ...endExemplarLabels } });
      return value;
    };
  }

  /** The series with these label values, in the order in which the names were declared. */
  labels(...values: string[]): Histogram.Internal<T>;
  /** The series with these labels. Throws if one was not declared. */
  labels(labels: LabelValues<T>): Histogram.Internal<T>;
  labels(...given: unknown[]): Histogram.Internal<T> {
    const labels = labelsOf(this.labelNames, given);
    checkLabels(this.labelNames, labels);
    const bound = new BoundSlot(this.series, labels);
    return {
      observe: (value) => {
        if (!isFinite(value)) refuse(value);
        this.#record(bound.get(), value);
      },
      startTimer: () => this.startTimer(labels as LabelValues<T>),
    };
  }

  /** Sets the series with these labels to zero, which exposes it. */
  zero(labels: LabelValues<T>): void {
    const { table } = this.series;
    const slot = this.series.slotOf(labels ?? none);
    table.replace(slot, new Float64Array(table.width));
    this.#exemplars?.forget(slot);
  }

  /** Removes every series, also that of a histogram without labels. */
  reset(): void {
    this.series.table.clear();
  }

  /** @internal What there is of each series, by the text that prom-client finds it by. */
  get hashMap(): Record<string, object> {
    const { table } = this.series;
    return this.series.byKey((slot) => {
      const row = table.values.subarray(slot * table.width, (slot + 1) * table.width);
      const buckets = row.subarray(0, -1);
      return {
        labels: this.series.labelsOf(slot),
        bucketValues: Object.fromEntries(this.upperBounds.map((bound, i) => [bound, buckets[i]])),
        sum: row.at(-1),
        count: buckets.reduce((sum, count) => sum + count, 0),
      };
    });
  }

  /** @internal */
  override family(): Family {
    return this.#family;
  }

  /** @internal */
  override values(): MetricValueWithName<T>[] {
    const numbers = new Float64Array(this.#family.samples.length);
    return [...this.series.slots()].flatMap((slot) => {
      this.#family.read(slot, numbers);
      return this.#valuesOf(slot, numbers);
    });
  }

  #valuesOf(slot: number, numbers: Float64Array): MetricValueWithName<T>[] {
    const { name, upperBounds } = this;
    const shared = this.series.labelsOf(slot) as LabelValues<T>;
    const sampleOf = (position: number, suffix: string, exemplar?: unknown, own?: object): MetricValueWithName<T> =>
      ({
        value: numbers[position]!,
        metricName: name + suffix,
        exemplar,
        labels: { ...own, ...shared },
      }) as MetricValueWithName<T>;
    const exemplarOf = (bucket: number): Exemplar | undefined => this.#exemplars?.get(slot, bucket);
    const infinite = upperBounds.length;
    return [
      ...upperBounds.map((le, i) => sampleOf(i, "_bucket", exemplarOf(i) ?? null, { le })),
      sampleOf(infinite, "_bucket", this.#exemplars === undefined ? null : exemplarOf(infinite), { le: "+Inf" }),
      sampleOf(infinite + 1, "_sum"),
      sampleOf(infinite + 2, "_count"),
    ];
  }

  /** Counts an observation, and returns its bucket: of bounds in any order, the first that it is not above. */
  #record(slot: number, value: number): number {
    return countInBucket(this.series.table, slot, this.#bounds, value);
  }

  #observe(labels: GivenLabels, value: unknown): void {
    if (!isFinite(value)) {
      checkLabels(this.labelNames, labels);
      refuse(value);
    }
    this.#record(labels === none ? this.series.unlabelled.get() : this.series.slotOf(labels), value);
  }

  #observeWithExemplar({ labels = {}, value, exemplarLabels }: Partial<ObserveDataWithExemplar<T>> = {}): void {
    if (!isFinite(value)) {
      checkLabels(this.labelNames, labels);
      refuse(value);
    }
    const slot = this.series.slotOf(labels);
    const bucket = this.#record(slot, value);
    if (exemplarLabels === undefined || Object.keys(exemplarLabels).length === 0) return;
    this.#exemplars!.set(slot, bucket, new Exemplar(exemplarLabels, value));
  }
}

export namespace Histogram {
  /** One series of a histogram. */
  export interface Internal<T extends string> {
    /** Counts one observation. */
    observe(value: number): void;
    /** Starts a stopwatch. The function it returns observes the seconds since. */
    startTimer(): (labels?: LabelValues<T>) => void;
  }

  /** The buckets of a histogram. */
  export interface Config {
    buckets?: number[];
  }
}
