import type { Sample } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import type { SeriesTable } from "../series/series-table.ts";
import { quote } from "./declaration.ts";

/** The buckets of a histogram that is declared without any: seconds, for the latency of a network service. */
export const defaultBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `count` bounds, the first at `start` and each `width` above the one before. */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkCount("linearBuckets", count);
  if (!(width > 0)) throw refuse("linearBuckets", `width is ${quote(width)}; give a number above 0`);
  return Array.from({ length: count }, (_, i) => start + i * width);
}

/** `count` bounds, the first at `start` and each `factor` times the one before. */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  checkCount("exponentialBuckets", count);
  if (!(start > 0)) throw refuse("exponentialBuckets", `start is ${quote(start)}; give a number above 0`);
  if (!(factor > 1)) throw refuse("exponentialBuckets", `factor is ${quote(factor)}; give a number above 1`);
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}

/** `count` bounds from `min` to `max`, each the same factor times the one before. */
export function exponentialBucketsRange(min: number, max: number, count: number): number[] {
  checkCount("exponentialBucketsRange", count);
  if (!(min > 0)) throw refuse("exponentialBucketsRange", `min is ${quote(min)}; give a number above 0`);
  if (!(max > min)) throw refuse("exponentialBucketsRange", `max is ${quote(max)}; give a number above min`);
  const factor = count === 1 ? 1 : (max / min) ** (1 / (count - 1));
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? max : min * factor ** i));
}

/** The bounds without a closing `+Inf`, which is implied. Throws unless they are numbers and strictly increasing. */
export function checkBuckets(name: string, buckets: readonly number[]): Float64Array {
  buckets.forEach((bound, i) => {
    if (typeof bound !== "number" || !(bound > -Infinity)) {
      throw refuse(name, `bucket bound ${quote(bound)} is none; give numbers above -Infinity`);
    }
    if (i > 0 && bound <= buckets[i - 1]!) {
      throw refuse(name, `bucket bound ${bound} follows ${buckets[i - 1]}; give each bound once, from low to high`);
    }
  });
  return Float64Array.from(buckets.at(-1) === Infinity ? buckets.slice(0, -1) : buckets);
}

/** The samples of a series with these buckets. */
export function bucketSamples(bounds: Float64Array): Sample[] {
  const upperBounds = [...bounds, Infinity];
  return [
    ...upperBounds.map((upperBound) => ({ kind: "bucket", upperBound }) as const),
    { kind: "sum" },
    { kind: "count" },
  ];
}

/** Counts an observation in such a row as {@link readBuckets} reads, and returns the bucket that it fell into. */
export function countInBucket(table: SeriesTable, slot: number, bounds: Float64Array, value: number): number {
  const row = slot * table.width;
  let bucket = 0;
  while (bucket < bounds.length && !(value <= bounds[bucket]!)) bucket++;
  table.values[row + bucket]!++;
  table.values[row + bounds.length + 1]! += value;
  table.dirty[slot] = 255;
  return bucket;
}

/** Reads a row that holds what fell into each bucket alone and then the sum: cumulative buckets, sum and count. */
export function readBuckets(table: SeriesTable, slot: number, bounds: Float64Array, values: Float64Array): void {
  const buckets = bounds.length + 1;
  const row = slot * table.width;
  let total = 0;
  for (let i = 0; i < buckets; i++) values[i] = total += table.values[row + i]!;
  values[buckets] = table.values[row + buckets]!;
  values[buckets + 1] = total;
}

function checkCount(name: string, count: number): void {
  if (!(Number.isInteger(count) && count > 0))
    throw refuse(name, `count is ${quote(count)}; give a whole number above 0`);
}

function refuse(name: string, fault: string): MetricsError {
  return new MetricsError("invalid_buckets", `${name}: ${fault}.`);
}
