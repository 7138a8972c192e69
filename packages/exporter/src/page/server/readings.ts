import type { PlotKind } from "../wire.ts";
import type { FamilyHistory } from "./family-history.ts";
import type { History } from "./history.ts";

/** How a family is shown. */
export function kindOf({ name, type, samples }: FamilyHistory): PlotKind {
  switch (type) {
    case "counter":
      return "rate";
    case "histogram":
    case "gaugehistogram":
      return bucketBounds(samples).length > 1 ? "buckets" : "mean";
    case "summary":
      return samples.some(({ kind }) => kind === "quantile") ? "quantiles" : "mean";
    case "stateset":
      return "states";
    case "info":
      return "labels";
    default:
      // Others have gauges that are always 1 where OpenMetrics has an info.
      return name.endsWith("_info") ? "labels" : "value";
  }
}

/** The upper bounds of the buckets among a family's samples. */
export function bucketBounds(samples: FamilyHistory["samples"]): number[] {
  return samples.flatMap((sample) => (sample.kind === "bucket" ? [sample.upperBound] : []));
}

/** The position of the sum or the count among a family's samples. */
export function positionOf({ samples }: FamilyHistory, kind: "sum" | "count"): number {
  return samples.findIndex((sample) => sample.kind === kind);
}

/** A number of a series at a sample. NaN where there is none. */
export function valueAt(history: History, family: FamilyHistory, sample: number, position: number): number {
  return history.row(family, sample)?.[position] ?? Number.NaN;
}

/** How much a number that only goes up has grown since the sample before; after a reset, since zero. */
export function increaseAt(history: History, family: FamilyHistory, sample: number, position: number): number {
  const now = valueAt(history, family, sample, position);
  const before = valueAt(history, family, sample - 1, position);
  return now < before ? now : now - before;
}

/** The same by the second. */
export function rateAt(history: History, family: FamilyHistory, sample: number, position: number): number {
  const seconds = history.time(sample) - history.time(sample - 1);
  return increaseAt(history, family, sample, position) / seconds;
}

/**
 * The observations of some series in each bucket alone at a sample, added up: those since the sample before, or all there are
 * of a gauge histogram. NaN where there are none at all.
 */
export function bucketsAt(
  history: History,
  family: FamilyHistory,
  sample: number,
  series: readonly number[],
): number[] {
  const isGauge = family.type === "gaugehistogram";
  const positions = family.samples.flatMap(({ kind }, position) => (kind === "bucket" ? [position] : []));
  const counts = positions.map(() => Number.NaN);
  for (const index of series) {
    const start = index * family.width;
    const read = isGauge ? valueAt : increaseAt;
    let below = 0;
    for (const [bucket, position] of positions.entries()) {
      const upTo = read(history, family, sample, start + position);
      if (Number.isNaN(upTo)) break;
      counts[bucket] = (Number.isNaN(counts[bucket]!) ? 0 : counts[bucket]!) + Math.max(0, upTo - below);
      below = upTo;
    }
  }
  return counts;
}
