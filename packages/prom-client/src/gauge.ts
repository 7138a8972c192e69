import type { Family } from "@exporterkit/client/series";
import { format } from "node:util";
import { BoundSlot } from "./bound-slot.ts";
import { DeclaredMetric, join } from "./declared-metric.ts";
import { isLabels, labelsOf, none } from "./label-arguments.ts";
import { type GivenLabels, LabelledSeries } from "./labelled-series.ts";
import type { CollectFunction, LabelValues, MetricConfiguration, MetricValue } from "./metric-types.ts";
import { familyOf, valueSamples } from "./metric-family.ts";
import { startStopwatch } from "./stopwatch.ts";
import { checkLabels, refuse } from "./validation.ts";

/** What a gauge is declared with. */
export interface GaugeConfiguration<T extends string> extends MetricConfiguration<T> {
  collect?: CollectFunction<Gauge<T>>;
}

/** A value that goes up and down. */
export class Gauge<T extends string = string> extends DeclaredMetric<T, MetricValue<T>> {
  /** @internal */
  override readonly type = "gauge" as const;
  /** @internal */
  declare readonly series: LabelledSeries;
  readonly #family: Family;

  /** Throws if the declaration is invalid, or a registry holds another metric of that name. */
  constructor(configuration: GaugeConfiguration<T>) {
    super(configuration, {});
    this.series = new LabelledSeries(this.name, this.labelNames, 1);
    const { table } = this.series;
    this.#family = familyOf(this, {
      samples: valueSamples,
      read: (slot, values) => (values[0] = table.values[slot]!),
      column: () => table.values,
    });
    this.reset();
    join(this);
  }

  /** Adds `value`, by default 1, to the series with these labels. Throws if it is no number. */
  inc(labels: LabelValues<T>, value?: number): void;
  /** Adds `value`, by default 1. */
  inc(value?: number): void;
  inc(labels?: unknown, value?: unknown): void {
    if (isLabels(labels)) this.#add(labels, value === undefined ? 1 : value);
    else this.#add(none, labels === undefined ? 1 : labels);
  }

  /** Subtracts `value`, by default 1, from the series with these labels. */
  dec(labels: LabelValues<T>, value?: number): void;
  /** Subtracts `value`, by default 1. */
  dec(value?: number): void;
  dec(labels?: unknown, value?: unknown): void {
    if (isLabels(labels)) this.#add(labels, value === undefined ? -1 : -(value as number));
    else this.#add(none, labels === undefined ? -1 : -(labels as number));
  }

  /** Sets the series with these labels to `value`. Throws if it is no number. */
  set(labels: LabelValues<T>, value: number): void;
  /** Sets it to `value`. */
  set(value: number): void;
  set(labels?: unknown, value?: unknown): void {
    if (isLabels(labels)) this.#set(labels, value);
    else this.#set(none, labels);
  }

  /** Sets the series with these labels to the seconds since the Unix epoch. */
  setToCurrentTime(labels?: LabelValues<T>): void {
    const now = Date.now() / 1000;
    if (labels === undefined) this.set(now);
    else this.set(labels, now);
  }

  /**
   * Starts a stopwatch. The function it returns sets the series to the seconds since, and returns them. Labels that are
   * known only then may be given to that function.
   */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      this.set({ ...labels, ...endLabels } as LabelValues<T>, seconds);
      return seconds;
    };
  }

  /** The series with these label values, in the order in which the names were declared. */
  labels(...values: string[]): Gauge.Internal<T>;
  /** The series with these labels. Throws if one was not declared. */
  labels(labels: LabelValues<T>): Gauge.Internal<T>;
  labels(...given: unknown[]): Gauge.Internal<T> {
    const labels = labelsOf(this.labelNames, given);
    checkLabels(this.labelNames, labels);
    const bound = new BoundSlot(this.series, labels);
    const { table } = this.series;
    const named = labels as LabelValues<T>;
    return {
      inc: (value?: unknown) => {
        // Somebody may watch the gauge's own calls, or those of all, or have replaced what they do.
        if (isAmount(value) && this.inc === unwatched.inc) table.add(bound.get(), value ?? 1);
        else if (value === undefined) this.inc(named);
        else this.inc(named, value as number);
      },
      dec: (value?: unknown) => {
        if (isAmount(value) && this.dec === unwatched.dec) table.add(bound.get(), -(value ?? 1));
        else if (value === undefined) this.dec(named);
        else this.dec(named, value as number);
      },
      set: (value: unknown) => {
        if (typeof value === "number" && this.set === unwatched.set) table.set(bound.get(), value);
        else this.set(named, value as number);
      },
      setToCurrentTime: () => this.setToCurrentTime(named),
      startTimer: () => this.startTimer(named),
    };
  }

  /** Removes every series; that of a gauge without labels starts again from zero. */
  reset(): void {
    this.series.table.clear();
    if (this.labelNames.length === 0) this.series.slotOf(none);
  }

  /** @internal The values by the text that prom-client finds them by. */
  get hashMap(): Record<string, MetricValue<T>> {
    return this.series.byKey((slot) => this.#valueOf(slot));
  }

  /** @internal */
  override family(): Family {
    return this.#family;
  }

  /** @internal */
  override values(): MetricValue<T>[] {
    return Array.from(this.series.slots(), (slot) => this.#valueOf(slot));
  }

  #add(labels: GivenLabels, amount: unknown): void {
    if (typeof amount !== "number") throw new TypeError(`Delta is not a valid number: ${format(amount)}`);
    this.series.table.add(this.#slotOf(labels), amount);
  }

  #set(labels: GivenLabels, value: unknown): void {
    if (typeof value !== "number") refuse(value);
    this.series.table.set(this.#slotOf(labels), value);
  }

  #slotOf(labels: GivenLabels): number {
    return labels === none ? this.series.unlabelled.get() : this.series.slotOf(labels);
  }

  #valueOf(slot: number): MetricValue<T> {
    return { value: this.series.table.values[slot]!, labels: this.series.labelsOf(slot) as LabelValues<T> };
  }
}

// oxlint-disable-next-line typescript/unbound-method -- they are compared alone.
const { inc, dec, set } = Gauge.prototype;
/** The methods as they are written here. */
const unwatched = { inc, dec, set };

function isAmount(value: unknown): value is number | undefined {
  return typeof value === "number" || value === undefined;
}

export namespace Gauge {
  /** One series of a gauge. */
  export interface Internal<T extends string> {
    /** Adds `value`, by default 1. */
    inc(value?: number): void;
    /** Subtracts `value`, by default 1. */
    dec(value?: number): void;
    /** Sets it to `value`. */
    set(value: number): void;
    /** Sets it to the seconds since the Unix epoch. */
    setToCurrentTime(): void;
    /** Starts a stopwatch. The function it returns sets the series to the seconds since, and returns them. */
    startTimer(): (labels?: LabelValues<T>) => number;
  }
}
