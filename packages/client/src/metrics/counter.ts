import { BoundSeries } from "../series/bound-series.ts";
import type { Labels } from "../series/labels.ts";
import { type LabelArguments, Metric, type MetricOptions, refuseValue } from "./metric.ts";

/** One series of a {@link Counter}. */
export class CounterSeries extends BoundSeries {
  /** Adds `amount`, by default 1. Throws, and changes nothing, if it is negative or not a finite number. */
  inc(amount = 1): void {
    if (!isIncrement(amount)) refuseIncrement(this.table.metricName, amount);
    const slot = this.slot();
    this.table.values[slot]! += amount;
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
  constructor(options: MetricOptions<Names, Counter<Names>>) {
    super(options, "counter", [{ suffix: "" }], 1);
  }

  /**
   * Adds `amount`, by default 1, to one series, which is created where there is none. Throws, and changes nothing, if the
   * amount is negative or not a finite number, or if a label is missing or unknown.
   */
  inc(...args: [Names] extends [never] ? [amount?: number] : [labels: Labels<Names>, amount?: number]): void;
  inc(first?: unknown, second?: unknown): void {
    const amount = (typeof first === "object" ? second : first) ?? 1;
    if (!isIncrement(amount)) refuseIncrement(this.name, amount);
    const slot = this.slotOf(first);
    this.table.values[slot]! += amount;
  }

  /** One series, bound: its calls need no lookup. It is exposed, at zero, from now on. */
  labels(...labels: LabelArguments<Names>): CounterSeries {
    return new CounterSeries(this.table, this.table.labelValues(labels));
  }
}

function isIncrement(amount: unknown): amount is number {
  return typeof amount === "number" && amount >= 0 && amount < Infinity;
}

function refuseIncrement(name: string, amount: unknown): never {
  refuseValue(name, amount, "a counter goes up by a finite number that is not negative, and a gauge can go down");
}
