/** `count` bounds, the first at `start` and each `width` above the one before. Throws if `count` is below 1. */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (count < 1) throw new Error("Linear buckets needs a positive count");
  return Array.from({ length: count }, (_, i) => start + i * width);
}

/**
 * `count` bounds, the first at `start` and each `factor` times the one before. Throws unless `start` is above 0, `count` at
 * least 1 and `factor` above 1.
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (start <= 0) throw new Error("Exponential buckets needs a positive start");
  if (count < 1) throw new Error("Exponential buckets needs a positive count");
  if (factor <= 1) throw new Error("Exponential buckets needs a factor greater than 1");
  const buckets: number[] = [];
  // Multiplied step by step, so that the bounds are to the last digit those that series have already.
  for (let bound = start; buckets.length < count; bound *= factor) buckets.push(bound);
  return buckets;
}
