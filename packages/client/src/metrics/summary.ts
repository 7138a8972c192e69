import { MetricsError } from "../metrics-error.ts";
import { BoundSeries } from "../series/bound-series.ts";
import type { LabelArguments, Labels, SomeLabels } from "../series/labels.ts";
import { quote } from "./declaration.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";
import { SlidingQuantiles } from "./sliding-quantiles.ts";
import { startLabelledTimer, startTimer, time } from "./timer.ts";

/** What a summary is declared with. */
export interface SummaryOptions<Names extends string> extends MetricOptions<Names, Summary<Names>> {
  /**
   * The quantiles to estimate, each from 0 to 1, over the last `maxAgeSeconds`. They cannot be added up over processes; a
   * histogram's can. Default: none.
   */
  readonly quantiles?: readonly number[] | undefined;
  /** Seconds that the quantiles look back. Default: 600. */
  readonly maxAgeSeconds?: number | undefined;
  /** How many slices of time the quantiles are kept in; the oldest is dropped at once. Default: 5. */
  readonly ageBuckets?: number | undefined;
}

/** One series of a {@link Summary}. */
export class SummarySeries extends BoundSeries {
  readonly #record: (slot: number, value: number) => void;

  constructor(
    table: ConstructorParameters<typeof BoundSeries>[0],
    labelValues: readonly string[],
    record: (slot: number, value: number) => void,
  ) {
    super(table, labelValues);
    this.#record = record;
  }

  /** Counts one observation. `NaN` makes the sum `NaN`. */
  observe(value: number): void {
    if (typeof value !== "number") refuseValue(this.table.metricName, value, "observe a number");
    this.#record(this.slot(), value);
  }

  /** Starts a stopwatch. The function it returns observes the seconds since, and returns them. */
  startTimer(): () => number {
    return startTimer((seconds) => this.observe(seconds));
  }

  /** Does `work` and observes the seconds it takes, until a promise it returns is settled. Returns what it returns. */
  time<Result>(work: () => Result): Result {
    return time((seconds) => this.observe(seconds), work);
  }
}

/**
 * The number and the sum of observations, and, if asked for, quantiles of the latest; those of no observations are `NaN`.
 *
 * ```ts
 * const sizes = new Summary({ name: "message_size_bytes", help: "Size of messages.", quantiles: [0.5, 0.99] });
 * sizes.observe(532);
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#summary
 */
export class Summary<const Names extends string = never> extends Metric<Names> {
  readonly #quantiles: readonly number[];
  readonly #window: { readonly maxAgeSeconds: number; readonly ageBuckets: number };
  /** By slot; each made at its first observation. */
  readonly #windows: (SlidingQuantiles | undefined)[] = [];

  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: SummaryOptions<Names>) {
    const { name, quantiles = [], maxAgeSeconds = 600, ageBuckets = 5 } = options;
    checkQuantiles(name, quantiles, maxAgeSeconds, ageBuckets);
    super(options, {
      type: "summary",
      samples: [
        ...quantiles.map((quantile) => ({ kind: "quantile", quantile }) as const),
        { kind: "sum" },
        { kind: "count" },
      ],
      width: 2,
      volatile: quantiles.length > 0,
      reservedLabels: ["quantile"],
    });
    this.#quantiles = [...quantiles];
    this.#window = { maxAgeSeconds, ageBuckets };
  }

  /** Counts one observation in one series, which is created where there is none. `NaN` makes the sum `NaN`. */
  observe(labels: Labels<Names>, value: number): void;
  observe(this: Summary<never>, value: number): void;
  observe(first?: unknown, second?: unknown): void {
    const value = typeof first === "object" ? second : first;
    if (typeof value !== "number") refuseValue(this.name, value, "observe a number");
    this.#record(this.slotOf(first), value);
  }

  /**
   * Starts a stopwatch. The function it returns observes the seconds since, and returns them. Labels that are known only
   * then may be given to that function.
   */
  startTimer(labels?: SomeLabels<Names>): (labels?: SomeLabels<Names>) => number {
    return startLabelledTimer(labels, (all, seconds) => this.#record(this.slotOf(all), seconds));
  }

  /** Does `work` and observes the seconds it takes, until a promise it returns is settled. Returns what it returns. */
  time<Result>(labels: Labels<Names>, work: () => Result): Result;
  time<Result>(this: Summary<never>, work: () => Result): Result;
  time<Result>(first: unknown, second?: unknown): Result {
    const labels = typeof first === "function" ? {} : { ...(first as object) };
    this.slotOf(labels);
    return time((seconds) => this.#record(this.slotOf(labels), seconds), (second ?? first) as () => Result);
  }

  /** One series, bound: its calls need no lookup. It is exposed, with no observations, from now on. */
  labels(...labels: LabelArguments<Names>): SummarySeries {
    return new SummarySeries(this.table, this.table.labelValues(labels), (slot, value) => this.#record(slot, value));
  }

  protected override read(slot: number, values: Float64Array): void {
    const count = this.#quantiles.length;
    const estimates = this.#windows[slot]?.quantiles(this.#quantiles);
    for (let i = 0; i < count; i++) values[i] = estimates?.[i] ?? NaN;
    values[count] = this.table.values[slot * 2]!;
    values[count + 1] = this.table.values[slot * 2 + 1]!;
  }

  protected override forget(slot: number): void {
    super.forget(slot);
    this.#windows[slot] = undefined;
  }

  #record(slot: number, value: number): void {
    this.table.values[slot * 2]! += value;
    this.table.values[slot * 2 + 1]!++;
    this.table.dirty[slot] = 255;
    if (this.#quantiles.length === 0) return;
    (this.#windows[slot] ??= new SlidingQuantiles(this.#window)).observe(value);
  }
}

function checkQuantiles(name: string, quantiles: readonly number[], maxAgeSeconds: number, ageBuckets: number): void {
  const refuse = (fault: string): never => {
    throw new MetricsError("invalid_quantiles", `${name}: ${fault}.`);
  };
  quantiles.forEach((quantile, i) => {
    if (!(quantile >= 0 && quantile <= 1)) refuse(`quantile ${quote(quantile)} is not one; give numbers from 0 to 1`);
    if (quantiles.indexOf(quantile) < i) refuse(`quantile ${quantile} stands twice; give each once`);
  });
  if (!(maxAgeSeconds > 0)) refuse(`maxAgeSeconds is ${quote(maxAgeSeconds)}; give a number above 0`);
  if (!(Number.isInteger(ageBuckets) && ageBuckets > 0)) {
    refuse(`ageBuckets is ${quote(ageBuckets)}; give a whole number above 0`);
  }
}
