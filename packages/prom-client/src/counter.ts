import type { Family } from "@exporterkit/client/series";
import { BoundSlot } from "./bound-slot.ts";
import { DeclaredMetric, join } from "./declared-metric.ts";
import { Exemplar, Exemplars } from "./exemplar.ts";
import { isLabels, labelsOf, none } from "./label-arguments.ts";
import { type GivenLabels, LabelledSeries } from "./labelled-series.ts";
import type { CollectFunction, LabelValues, MetricConfiguration, MetricValue } from "./metric-types.ts";
import { familyOf, valueSamples } from "./metric-family.ts";
import { checkLabels, isFinite, refuse } from "./validation.ts";

/** What a counter is declared with. */
export interface CounterConfiguration<T extends string> extends MetricConfiguration<T> {
  collect?: CollectFunction<Counter<T>>;
}

/** An increase that may have an exemplar. */
export interface IncreaseDataWithExemplar<T extends string> {
  /** Default: 1. */
  value?: number;
  labels?: LabelValues<T>;
  /** Default: the exemplar stays as it is. */
  exemplarLabels?: LabelValues<T>;
}

/** A value that only goes up. */
export class Counter<T extends string = string> extends DeclaredMetric<T, MetricValue<T>> {
  /** @internal */
  override readonly type = "counter" as const;
  /** @internal */
  declare readonly series: LabelledSeries;
  readonly #exemplars: Exemplars | undefined;
  readonly #family: Family;

  /** Throws if the declaration is invalid, or a registry holds another metric of that name. */
  constructor(configuration: CounterConfiguration<T>) {
    super(configuration, {});
    this.#exemplars = this.enableExemplars ? new Exemplars() : undefined;
    const exemplars = this.#exemplars;
    this.series = new LabelledSeries(this.name, this.labelNames, 1, exemplars && ((slot) => exemplars.forget(slot)));
    const { table } = this.series;
    this.#family = familyOf(this, {
      samples: valueSamples,
      read: (slot, values) => (values[0] = table.values[slot]!),
      column: () => table.values,
      exemplars,
    });
    if (exemplars !== undefined)
      this.inc = (data?: unknown) => this.#incWithExemplar(data as IncreaseDataWithExemplar<T>);
    this.reset();
    join(this);
  }

  /** Adds `value`, by default 1, to the series with these labels. Throws if it is negative or no finite number. */
  inc(labels: LabelValues<T>, value?: number): void;
  /** Adds `value`, by default 1. */
  inc(value?: number): void;
  /** Adds to a series and gives it an exemplar: the one form for a counter that has exemplars enabled. */
  inc(incData: IncreaseDataWithExemplar<T>): void;
  inc(labels?: unknown, value?: unknown): void {
    if (isLabels(labels)) this.#add(labels, value === undefined ? 1 : value);
    else if (isIncrement(labels)) this.series.table.add(this.series.unlabelled.get(), labels);
    else if (labels === undefined) this.series.table.add(this.series.unlabelled.get(), 1);
    else this.#add(none, labels);
  }

  /** The series with these label values, in the order in which the names were declared. */
  labels(...values: string[]): Counter.Internal;
  /** The series with these labels. */
  labels(labels: LabelValues<T>): Counter.Internal;
  labels(...given: unknown[]): Counter.Internal {
    const labels = labelsOf(this.labelNames, given);
    // Somebody watches the calls, or has replaced what they do.
    if (this.#exemplars === undefined && this.inc !== Counter.prototype.inc) {
      const named = labels as LabelValues<T>;
      return { inc: (value) => (value === undefined ? this.inc(named) : this.inc(named, value)) };
    }
    const bound = new BoundSlot(this.series, labels);
    const { table } = this.series;
    return {
      inc: (value: unknown = 1) => {
        if (isIncrement(value)) table.add(bound.get(), value);
        else this.#add(labels, value);
      },
    };
  }

  /** Removes every series; that of a counter without labels starts again from zero. */
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

  /** Adds to a series, and returns its slot. */
  #add(labels: GivenLabels, value: unknown): number {
    if (!isIncrement(value)) return this.#addOther(labels, value);
    const slot = this.series.slotOf(labels);
    this.series.table.add(slot, value);
    return slot;
  }

  /** What is no increment adds 1 if it is null, else it is an error, of which the labels' own comes first. */
  #addOther(labels: GivenLabels, value: unknown): number {
    checkLabels(this.labelNames, labels);
    if (value && !isFinite(value)) refuse(value);
    if ((value as number) < 0) throw new Error("It is not possible to decrease a counter");
    const slot = this.series.slotOf(labels);
    this.series.table.add(slot, value === null ? 1 : Number(value));
    return slot;
  }

  #incWithExemplar({ labels = {}, value = 1, exemplarLabels }: IncreaseDataWithExemplar<T> = {}): void {
    const slot = isLabels(labels) ? this.#add(labels, value) : this.#add(none, labels);
    if (exemplarLabels === undefined) return;
    // prom-client takes 0 for nothing here.
    this.#exemplars!.set(slot, 0, new Exemplar(exemplarLabels, value || 1));
  }

  #valueOf(slot: number): MetricValue<T> {
    const exemplar = this.#exemplars?.get(slot, 0);
    return {
      value: this.series.table.values[slot]!,
      labels: this.series.labelsOf(slot) as LabelValues<T>,
      ...(exemplar && { exemplar }),
    };
  }
}

export namespace Counter {
  /** One series of a counter. */
  export interface Internal {
    /** Adds `value`, by default 1. */
    inc(value?: number): void;
  }
}

function isIncrement(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Infinity;
}
