import type { Labels } from "../series/labels.ts";
import { bucketSamples, checkBuckets, defaultBuckets, readBuckets } from "./buckets.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";

/** What a gauge histogram is declared with. */
export interface GaugeHistogramOptions<Names extends string> extends MetricOptions<Names, GaugeHistogram<Names>> {
  /**
   * The upper bounds of the buckets, each inclusive, strictly increasing. `+Inf` is implied. Default:
   * {@link defaultBuckets}.
   */
  readonly buckets?: readonly number[] | undefined;
}

/**
 * How the values of some things are distributed now, such as the ages of the jobs that wait: a histogram that is taken
 * anew each time, where a {@link Histogram} counts on.
 *
 * ```ts
 * const ages = new GaugeHistogram({ name: "waiting_job_age_seconds", help: "Ages of waiting jobs.", buckets: [1, 60] });
 * ages.set(jobs.map((job) => job.ageSeconds));
 * ```
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#gaugehistogram
 */
export class GaugeHistogram<const Names extends string = never> extends Metric<Names> {
  readonly #bounds: Float64Array;

  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: GaugeHistogramOptions<Names>) {
    const bounds = checkBuckets(options.name, options.buckets ?? defaultBuckets);
    super(options, {
      type: "gaugehistogram",
      samples: bucketSamples(bounds),
      width: bounds.length + 2,
      reservedLabels: ["le"],
    });
    this.#bounds = bounds;
  }

  /**
   * Sets one series to the distribution of `values`. Throws if one is `NaN`, or below zero while no bucket is: OpenMetrics
   * has no such sum.
   */
  set(labels: Labels<Names>, values: Iterable<number>): void;
  set(this: GaugeHistogram<never>, values: Iterable<number>): void;
  set(first?: unknown, second?: unknown): void {
    const labelled = this.labelNames.length > 0;
    const values = Float64Array.from((labelled ? second : first) as Iterable<number>);
    const least = values.reduce((a, b) => Math.min(a, b), 0);
    const sum = values.reduce((a, b) => a + b, 0);
    if (Number.isNaN(sum)) refuseValue(this.name, sum, "give numbers that have a sum");
    if (least < 0 && !(this.#bounds[0]! < 0)) refuseValue(this.name, least, "declare a bucket with a bound below 0");
    const slot = labelled ? this.slotOf(first) : this.table.slotOfNoLabels();
    const row = new Float64Array(this.table.width);
    for (const value of values) {
      const bucket = this.#bounds.findIndex((bound) => value <= bound);
      row[bucket < 0 ? this.#bounds.length : bucket]!++;
    }
    row[this.#bounds.length + 1] = sum;
    this.table.replace(slot, row);
  }

  protected override read(slot: number, values: Float64Array): void {
    readBuckets(this.table, slot, this.#bounds, values);
  }
}
