import { BoundSeries } from "../series/bound-series.ts";
import type { ExemplarLabels, Exemplars, ExemplarSource } from "../series/exemplars.ts";
import type { LabelArguments, Labels } from "../series/labels.ts";
import type { SeriesTable } from "../series/series-table.ts";
import { around } from "./around.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";

/** What a counter is declared with. */
export interface CounterOptions<Names extends string> extends MetricOptions<Names, Counter<Names>> {
  /** Asked for an exemplar at each call that gives none. Default: there are only those that calls give. */
  readonly exemplars?: ExemplarSource | undefined;
}

/** One series of a {@link Counter}. */
export class CounterSeries extends BoundSeries {
  readonly #exemplars: Exemplars;

  constructor(table: SeriesTable, labelValues: readonly string[], exemplars: Exemplars) {
    super(table, labelValues);
    this.#exemplars = exemplars;
  }

  /** Adds `amount`, by default 1. Throws, and changes nothing, if it is negative or not a finite number. */
  inc(amount = 1, exemplar?: ExemplarLabels): void {
    if (!isIncrement(amount)) refuseIncrement(this.table.metricName, amount);
    const slot = this.slot();
    this.table.add(slot, amount);
    this.#exemplars.offer(slot, 0, amount, exemplar);
  }

  /** Does `work` and adds 1 if it throws or the promise it returns rejects. Returns what it returns. */
  countExceptions<Result>(work: () => Result): Result {
    return around(work, { failed: () => this.inc() });
  }
}

/**
 * A value that only goes up, such as requests served or bytes sent; it starts at zero when the process does.
 *
 * ```ts
 * const requests = new Counter({
 *   name: "http_requests_total",
 *   help: "Requests served.",
 *   labelNames: ["method", "status"],
 * });
 * requests.inc({ method: "GET", status: 200 });
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#counter
 */
export class Counter<const Names extends string = never> extends Metric<Names> {
  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: CounterOptions<Names>) {
    super(options, { type: "counter", samples: [{ kind: "value" }], exemplars: options.exemplars });
  }

  /**
   * Adds `amount`, by default 1, to one series, which is created where there is none. Throws, and changes nothing, if the
   * amount is negative or not a finite number, or if a label is missing or unknown.
   */
  inc(labels: Labels<Names>, amount?: number, exemplar?: ExemplarLabels): void;
  inc(this: Counter<never>, amount?: number, exemplar?: ExemplarLabels): void;
  inc(first?: unknown, second?: unknown, third?: unknown): void {
    const labelled = typeof first === "object";
    const given = labelled && first !== null ? second : first;
    const amount = given === undefined ? 1 : given;
    if (!isIncrement(amount)) refuseIncrement(this.name, amount);
    const slot = this.slotOf(first);
    this.table.add(slot, amount);
    this.exemplars.offer(slot, 0, amount, (labelled ? third : second) as ExemplarLabels | undefined);
  }

  /** Does `work` and adds 1 to one series if it throws or the promise it returns rejects. Returns what it returns. */
  countExceptions<Result>(labels: Labels<Names>, work: () => Result): Result;
  countExceptions<Result>(this: Counter<never>, work: () => Result): Result;
  countExceptions<Result>(first: unknown, second?: unknown): Result {
    const series = new CounterSeries(this.table, this.labelValuesOf(first), this.exemplars);
    return series.countExceptions((second ?? first) as () => Result);
  }

  /**
   * Sets one series to a total that something else counts, such as the kernel. When that began is not known, and so the
   * series has no created timestamp. Throws, and changes nothing, if the total is negative or not a finite number.
   */
  setTotal(labels: Labels<Names>, total: number): void;
  setTotal(this: Counter<never>, total: number): void;
  setTotal(first?: unknown, second?: unknown): void {
    const total = typeof first === "object" ? second : first;
    if (!isIncrement(total)) refuseIncrement(this.name, total);
    const slot = this.slotOf(first);
    this.table.set(slot, total);
    this.table.created[slot] = NaN;
  }

  /** One series, bound: its calls need no lookup. It is exposed, at zero, from now on. */
  labels(...labels: LabelArguments<Names>): CounterSeries {
    return new CounterSeries(this.table, this.table.labelValues(labels), this.exemplars);
  }
}

function isIncrement(amount: unknown): amount is number {
  return typeof amount === "number" && amount >= 0 && amount < Infinity;
}

function refuseIncrement(name: string, amount: unknown): never {
  refuseValue(name, amount, "a counter goes up by a finite number that is not negative, and a gauge can go down");
}
