import type { Family, SlidingQuantiles } from "@exporterkit/client/series";
import { BoundSlot } from "./bound-slot.ts";
import { DeclaredMetric, join } from "./declared-metric.ts";
import { isLabels, labelsOf, none } from "./label-arguments.ts";
import { LabelledSeries } from "./labelled-series.ts";
import type { CollectFunction, LabelValues, MetricConfiguration, MetricValueWithName } from "./metric-types.ts";
import { familyOf } from "./metric-family.ts";
import { startStopwatch } from "./stopwatch.ts";
import { checkLabels, isFinite, refuse } from "./validation.ts";
import { quantilesWithin, type QuantileWindow } from "./window-quantiles.ts";

/** What a summary is declared with. */
export interface SummaryConfiguration<T extends string> extends MetricConfiguration<T> {
  /** The quantiles to estimate, from 0 to 1. Default: 0.01, 0.05, 0.5, 0.9, 0.95, 0.99 and 0.999. */
  percentiles?: number[];
  /** Seconds after which an observation no longer counts for the quantiles, with `ageBuckets`. Default: never. */
  maxAgeSeconds?: number;
  /** How many slices those seconds are cut into; observations are dropped a slice at a time. */
  ageBuckets?: number;
  /** Whether a series of which every observation is too old is removed. Default: false. */
  pruneAgedBuckets?: boolean;
  /** Has no meaning here: memory is bounded without it. */
  compressCount?: number;
  collect?: CollectFunction<Summary<T>>;
}

const defaultPercentiles: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** Observations with estimates of their quantiles, their sum and number. */
export class Summary<T extends string = string> extends DeclaredMetric<T, MetricValueWithName<T>> {
  /** @internal */
  override readonly type = "summary" as const;
  /** @internal */
  declare readonly series: LabelledSeries;
  /** @internal */
  declare readonly percentiles: readonly number[];
  readonly #window: QuantileWindow | undefined;
  /** By slot. */
  readonly #quantiles: (SlidingQuantiles | undefined)[] = [];
  readonly #isPruned: boolean;
  readonly #family: Family;

  /** Throws if the declaration is invalid, or a registry holds another metric of that name. */
  constructor(configuration: SummaryConfiguration<T>) {
    super(configuration, { percentiles: defaultPercentiles, compressCount: 1000 });
    if (this.labelNames.includes("quantile")) throw new Error("quantile is a reserved label keyword");
    const { maxAgeSeconds, ageBuckets, pruneAgedBuckets } = configuration;
    this.#window = maxAgeSeconds && ageBuckets ? { maxAgeSeconds, ageBuckets } : undefined;
    this.#isPruned = pruneAgedBuckets ?? false;
    const { percentiles } = this;
    // The sum and the count.
    this.series = new LabelledSeries(this.name, this.labelNames, 2, (slot) => {
      this.#quantiles[slot] = undefined;
    });
    this.#family = familyOf(this, {
      samples: [
        ...percentiles.map((quantile) => ({ kind: "quantile", quantile }) as const),
        { kind: "sum" },
        { kind: "count" },
      ],
      read: (slot, values) => this.#read(slot, values),
      volatile: this.#window !== undefined,
    });
    if (this.labelNames.length === 0) this.series.slotOf(none);
    join(this);
  }

  /** Counts one observation. Throws if it is no finite number. */
  observe(value: number): void;
  /** Counts one observation in the series with these labels. */
  observe(labels: LabelValues<T>, value: number): void;
  observe(labels?: unknown, value?: unknown): void {
    if (isLabels(labels) && isFinite(value)) this.#record(this.series.slotOf(labels), value);
    else this.#observeOther(labels, value);
  }

  /**
   * Starts a stopwatch. The function it returns observes the seconds since, and returns them. Labels that are known only
   * then may be given to that function.
   */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      this.observe({ ...labels, ...endLabels } as LabelValues<T>, seconds);
      return seconds;
    };
  }

  /** The series with these label values, in the order in which the names were declared. */
  labels(...values: string[]): Summary.Internal<T>;
  /** The series with these labels. Throws if one was not declared. */
  labels(labels: LabelValues<T>): Summary.Internal<T>;
  labels(...given: unknown[]): Summary.Internal<T> {
    const labels = labelsOf(this.labelNames, given);
    checkLabels(this.labelNames, labels);
    const bound = new BoundSlot(this.series, labels);
    return {
      observe: (value) => {
        if (!isFinite(value)) refuse(value === undefined ? labels : value);
        this.#record(bound.get(), value);
      },
      startTimer: () => this.startTimer(labels as LabelValues<T>),
    };
  }

  /** Sets every series to zero, and forgets what it observed. */
  reset(): void {
    for (const slot of this.series.slots()) {
      this.#quantiles[slot] = undefined;
      this.series.table.replace(slot, [0, 0]);
    }
  }

  /** @internal What there is of each series, by the text that prom-client finds it by. */
  get hashMap(): Record<string, object> {
    const { values } = this.series.table;
    return this.series.byKey((slot) => ({
      labels: this.series.labelsOf(slot),
      count: values[slot * 2 + 1],
      sum: values[slot * 2],
    }));
  }

  /** @internal */
  override dropOld(): void {
    if (!this.#isPruned) return;
    for (const slot of this.series.slots()) {
      if ((this.#quantiles[slot]?.count ?? 0) === 0) this.series.table.removeSlot(slot);
    }
  }

  /** @internal */
  override family(): Family {
    return this.#family;
  }

  /** @internal */
  override values(): MetricValueWithName<T>[] {
    const numbers = new Float64Array(this.percentiles.length + 2);
    this.dropOld();
    return [...this.series.slots()].flatMap((slot) => {
      this.#read(slot, numbers);
      const labels = this.series.labelsOf(slot) as LabelValues<T>;
      const quantiles = this.percentiles.map((quantile, i) => ({
        labels: { quantile, ...labels } as LabelValues<T>,
        value: numbers[i]!,
      }));
      const [sum = 0, count = 0] = numbers.subarray(-2);
      return [
        ...quantiles,
        { metricName: `${this.name}_sum`, labels, value: sum },
        { metricName: `${this.name}_count`, labels, value: count },
      ];
    });
  }

  #read(slot: number, values: Float64Array): void {
    const { percentiles } = this;
    const shares = percentiles.map((share) => Math.min(1, Math.max(0, share)));
    const quantiles = this.#quantiles[slot]?.interpolatedQuantiles(shares);
    for (let i = 0; i < percentiles.length; i++) values[i] = quantiles?.[i] || 0;
    values[percentiles.length] = this.series.table.values[slot * 2]!;
    values[percentiles.length + 1] = this.series.table.values[slot * 2 + 1]!;
  }

  #record(slot: number, value: number): void {
    const { table } = this.series;
    table.values[slot * 2]! += value;
    table.values[slot * 2 + 1]!++;
    table.dirty[slot] = 255;
    (this.#quantiles[slot] ??= quantilesWithin(this.#window, table.created[slot]!)).observe(value);
  }

  /** What is given without labels, or is an error, of which the labels' own comes first. */
  #observeOther(first: unknown, second: unknown): void {
    // prom-client takes what is nothing for no labels, but for 0.
    const labels = first || first === 0 ? first : none;
    const value = second === undefined ? labels : second;
    checkLabels(this.labelNames, labels);
    if (!isFinite(value)) refuse(value);
    this.#record(this.series.slotOf(isLabels(labels) ? labels : none), value);
  }
}

export namespace Summary {
  /** One series of a summary. */
  export interface Internal<T extends string> {
    /** Counts one observation. */
    observe(value: number): void;
    /** Starts a stopwatch. The function it returns observes the seconds since, and returns them. */
    startTimer(): (labels?: LabelValues<T>) => number;
  }

  /** The quantiles of a summary. */
  export interface Config {
    percentiles?: number[];
  }
}
