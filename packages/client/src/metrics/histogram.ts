import type { Sample } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import { BoundSeries } from "../series/bound-series.ts";
import type { Labels } from "../series/labels.ts";
import type { SeriesTable } from "../series/series-table.ts";
import { quote } from "./declaration.ts";
import { type LabelArguments, Metric, type MetricOptions, refuseValue } from "./metric.ts";
import { startTimer } from "./timer.ts";

/** The buckets of a histogram that is declared without any: seconds, for the latency of a network service. */
export const defaultBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a histogram is declared with. */
export interface HistogramOptions<Names extends string> extends MetricOptions<Names, Histogram<Names>> {
  /**
   * The upper bounds of the buckets, each inclusive, strictly increasing. `+Inf` is implied. Default:
   * {@link defaultBuckets}.
   */
  readonly buckets?: readonly number[];
}

/** One series of a {@link Histogram}. */
export class HistogramSeries extends BoundSeries {
  readonly #bounds: Float64Array;

  constructor(table: SeriesTable, labelValues: readonly string[], bounds: Float64Array) {
    super(table, labelValues);
    this.#bounds = bounds;
  }

  /** Counts one observation. `NaN` falls into the `+Inf` bucket and makes the sum `NaN`. */
  observe(value: number): void {
    if (typeof value !== "number") refuseObservation(this.table.metricName, value);
    observe(this.table, this.slot(), this.#bounds, value);
  }

  /** Starts a stopwatch. The function it returns observes the seconds since, and returns them. */
  startTimer(): () => number {
    return startTimer((seconds) => this.observe(seconds));
  }
}

/**
 * Observations counted in buckets, such as the durations of requests, with their sum and number.
 *
 * ```ts
 * const duration = new Histogram({ name: "job_duration_seconds", help: "Time a job took.", buckets: [1, 10, 60] });
 * duration.observe(4.2);
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#histogram
 */
export class Histogram<const Names extends string = never> extends Metric<Names> {
  readonly #bounds: Float64Array;

  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: HistogramOptions<Names>) {
    const bounds = checkBuckets(options.name, options.buckets ?? defaultBuckets);
    // A row: how many observations fell into each bucket alone, the implied one last, and then their sum.
    super(options, "histogram", histogramSamples(bounds), bounds.length + 2);
    this.#bounds = bounds;
  }

  /**
   * Counts one observation in one series, which is created where there is none. `NaN` falls into the `+Inf` bucket and
   * makes the sum `NaN`.
   */
  observe(...args: [Names] extends [never] ? [value: number] : [labels: Labels<Names>, value: number]): void;
  observe(first?: unknown, second?: unknown): void {
    const value = typeof first === "object" ? second : first;
    if (typeof value !== "number") refuseObservation(this.name, value);
    observe(this.table, this.slotOf(first), this.#bounds, value);
  }

  /** Starts a stopwatch. The function it returns observes the seconds since, and returns them. */
  startTimer(...args: [Names] extends [never] ? [] : [labels: Labels<Names>]): () => number;
  startTimer(labels?: unknown): () => number {
    this.slotOf(labels);
    return startTimer((seconds) => observe(this.table, this.slotOf(labels), this.#bounds, seconds));
  }

  /** One series, bound: its calls need no lookup. It is exposed, all zeros, from now on. */
  labels(...labels: LabelArguments<Names>): HistogramSeries {
    return new HistogramSeries(this.table, this.table.labelValues(labels), this.#bounds);
  }

  protected override read(slot: number, values: Float64Array): void {
    const buckets = this.#bounds.length + 1;
    const row = slot * this.table.width;
    let count = 0;
    for (let i = 0; i < buckets; i++) values[i] = count += this.table.values[row + i]!;
    values[buckets] = this.table.values[row + buckets]!;
    values[buckets + 1] = count;
  }
}

function observe(table: SeriesTable, slot: number, bounds: Float64Array, value: number): void {
  const row = slot * table.width;
  let bucket = 0;
  while (bucket < bounds.length && !(value <= bounds[bucket]!)) bucket++;
  table.values[row + bucket]!++;
  table.values[row + bounds.length + 1]! += value;
}

function histogramSamples(bounds: Float64Array): Sample[] {
  const upperBounds = [...Array.from(bounds, String), "+Inf"];
  return [
    ...upperBounds.map((value) => ({ suffix: "_bucket", label: { name: "le", value } })),
    { suffix: "_sum" },
    { suffix: "_count" },
  ];
}

/** The bounds without a closing `+Inf`, which is implied. Throws unless they are numbers and strictly increasing. */
function checkBuckets(name: string, buckets: readonly number[]): Float64Array {
  buckets.forEach((bound, i) => {
    if (typeof bound !== "number" || Number.isNaN(bound)) {
      throw new MetricsError("invalid_buckets", `${name}: bucket bound ${quote(bound)} is not a number; give numbers.`);
    }
    if (i > 0 && bound <= buckets[i - 1]!) {
      throw new MetricsError(
        "invalid_buckets",
        `${name}: bucket bound ${bound} follows ${buckets[i - 1]}; give each bound once, from low to high.`,
      );
    }
  });
  return Float64Array.from(buckets.at(-1) === Infinity ? buckets.slice(0, -1) : buckets);
}

function refuseObservation(name: string, value: unknown): never {
  refuseValue(name, value, "observe a number");
}
