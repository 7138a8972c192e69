import type { Family, Sample } from "@exporterkit/client/series";
import type { LabelledSeries } from "./labelled-series.ts";

/**
 * The rows of a histogram in its table: how many observations fell into each bucket alone, the implied `+Inf` last, and then
 * their sum. Bounds may stand in any order: an observation falls into the first that it is not above.
 */
export class BucketRows {
  readonly series: LabelledSeries;
  readonly bounds: Float64Array;

  constructor(series: LabelledSeries, bounds: Float64Array) {
    this.series = series;
    this.bounds = bounds;
  }

  /** Counts an observation, and returns its bucket. */
  record(slot: number, value: number): number {
    const { bounds } = this;
    const { table } = this.series;
    const row = slot * table.width;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket]!)) bucket++;
    table.values[row + bucket]!++;
    table.values[row + bounds.length + 1]! += value;
    table.dirty[slot] = 255;
    return bucket;
  }

  /** Reads cumulative buckets, the sum and the count. */
  readonly read = (slot: number, values: Float64Array): void => {
    const { values: column, width } = this.series.table;
    const buckets = this.bounds.length + 1;
    const row = slot * width;
    let total = 0;
    for (let i = 0; i < buckets; i++) values[i] = total += column[row + i]!;
    values[buckets] = column[row + buckets]!;
    values[buckets + 1] = total;
  };
}

/** The samples of a histogram, in the order in which they are exposed. */
export function bucketSamples(bounds: Float64Array): Family["samples"] {
  return [
    ...[...bounds, Infinity].map((upperBound): Sample => ({ kind: "bucket", upperBound })),
    { kind: "sum" },
    { kind: "count" },
  ];
}
