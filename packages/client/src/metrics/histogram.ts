import { BoundSeries } from "../series/bound-series.ts";
import type { ExemplarLabels, ExemplarSource } from "../series/exemplars.ts";
import type { LabelArguments, Labels, SomeLabels } from "../series/labels.ts";
import { bucketSamples, checkBuckets, defaultBuckets, readBuckets } from "./buckets.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";
import { type NativeOptions, nativeSettings } from "./native-buckets.ts";
import { Observations } from "./observations.ts";
import { startLabelledTimer, startTimer, time } from "./timer.ts";

/** What a histogram is declared with. */
export interface HistogramOptions<Names extends string> extends MetricOptions<Names, Histogram<Names>> {
  /**
   * The upper bounds of the classic buckets, each inclusive, strictly increasing. `+Inf` is implied. Default:
   * {@link defaultBuckets}; none but `+Inf` for a native histogram.
   */
  readonly buckets?: readonly number[] | undefined;
  /**
   * Makes it a native histogram, whose buckets grow exponentially and need no bounds; scrapers that take protobuf get it.
   * `true` for the usual settings. With `buckets` it is a classic histogram too.
   */
  readonly native?: true | NativeOptions | undefined;
  /** Asked for an exemplar at each call that gives none. Default: there are only those that calls give. */
  readonly exemplars?: ExemplarSource | undefined;
}

/** One series of a {@link Histogram}. */
export class HistogramSeries extends BoundSeries {
  readonly #observations: Observations;

  constructor(observations: Observations, labelValues: readonly string[]) {
    super(observations.table, labelValues);
    this.#observations = observations;
  }

  /** Counts one observation. `NaN` falls into the `+Inf` bucket and makes the sum `NaN`. */
  observe(value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== "number") refuseObservation(this.table.metricName, value);
    this.#observations.record(this.slot(), value, exemplar);
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
  readonly #observations: Observations;

  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: HistogramOptions<Names>) {
    const { name, native } = options;
    const bounds = checkBuckets(name, options.buckets ?? (native === undefined ? defaultBuckets : []));
    const settings = native === undefined ? undefined : nativeSettings(name, native === true ? {} : native);
    super(options, {
      type: "histogram",
      samples: bucketSamples(bounds),
      // How many observations fell into each bucket alone, the implied one last, and then their sum.
      width: bounds.length + 2,
      reservedLabels: ["le"],
      exemplars: options.exemplars,
      native: settings === undefined ? undefined : (slot) => this.#observations.native(slot),
      maxNativeBuckets: settings?.maxBuckets,
    });
    this.#observations = new Observations(this.table, bounds, settings, this.exemplars);
  }

  /**
   * Counts one observation in one series, which is created where there is none. `NaN` falls into the `+Inf` bucket and
   * makes the sum `NaN`.
   */
  observe(labels: Labels<Names>, value: number, exemplar?: ExemplarLabels): void;
  observe(this: Histogram<never>, value: number, exemplar?: ExemplarLabels): void;
  observe(first?: unknown, second?: unknown, third?: unknown): void {
    const labelled = typeof first === "object";
    const value = labelled ? second : first;
    if (typeof value !== "number") refuseObservation(this.name, value);
    this.#observations.record(this.slotOf(first), value, (labelled ? third : second) as ExemplarLabels | undefined);
  }

  /**
   * Starts a stopwatch. The function it returns observes the seconds since, and returns them. Labels that are known only
   * then may be given to that function.
   */
  startTimer(labels?: SomeLabels<Names>): (labels?: SomeLabels<Names>) => number {
    return startLabelledTimer(labels, (all, seconds) =>
      this.#observations.record(this.slotOf(all), seconds, undefined),
    );
  }

  /** Does `work` and observes the seconds it takes, until a promise it returns is settled. Returns what it returns. */
  time<Result>(labels: Labels<Names>, work: () => Result): Result;
  time<Result>(this: Histogram<never>, work: () => Result): Result;
  time<Result>(first: unknown, second?: unknown): Result {
    const labels = typeof first === "function" ? {} : { ...(first as object) };
    this.slotOf(labels);
    return time(
      (seconds) => this.#observations.record(this.slotOf(labels), seconds, undefined),
      (second ?? first) as () => Result,
    );
  }

  /** One series, bound: its calls need no lookup. It is exposed, all zeros, from now on. */
  labels(...labels: LabelArguments<Names>): HistogramSeries {
    return new HistogramSeries(this.#observations, this.table.labelValues(labels));
  }

  override expire(nowSeconds: number): void {
    super.expire(nowSeconds);
    this.#observations.resetThoseDue();
  }

  protected override read(slot: number, values: Float64Array): void {
    readBuckets(this.table, slot, this.#observations.bounds, values);
  }

  protected override forget(slot: number): void {
    super.forget(slot);
    this.#observations.forget(slot);
  }
}

function refuseObservation(name: string, value: unknown): never {
  refuseValue(name, value, "observe a number");
}
