import type { NativeHistogram } from "../family.ts";
import { bucketUpperBound } from "../metrics/native-bucket-index.ts";

type Buckets = NativeHistogram["positive"];

/**
 * The observations of both, in the coarser of the two schemas and with the wider of the two zero buckets; wider still
 * where its end would cut a bucket that is not empty.
 *
 * @see https://prometheus.io/docs/specs/native_histograms/#merging-histograms
 */
export function addNative(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  const [x, y] = alike(a, b);
  return {
    ...x,
    zeroCount: x.zeroCount + y.zeroCount,
    count: x.count + y.count,
    sum: x.sum + y.sum,
    positive: addBuckets(x.positive, y.positive, 1),
    negative: addBuckets(x.negative, y.negative, 1),
  };
}

/** The observations of `later` that `earlier` had not; undefined unless `later` has all those of `earlier`. */
export function subtractNative(later: NativeHistogram, earlier: NativeHistogram): NativeHistogram | undefined {
  // What grew finer was started anew.
  if (later.schema > earlier.schema || later.zeroThreshold < earlier.zeroThreshold) return undefined;
  const [x, y] = alike(later, earlier);
  const difference = {
    ...x,
    zeroCount: x.zeroCount - y.zeroCount,
    count: x.count - y.count,
    sum: x.sum === y.sum ? 0 : x.sum - y.sum,
    positive: addBuckets(x.positive, y.positive, -1),
    negative: addBuckets(x.negative, y.negative, -1),
  };
  const counts = [...difference.positive, ...difference.negative].map(([, count]) => count);
  return Math.min(difference.zeroCount, difference.count, ...counts) < 0 ? undefined : difference;
}

/** Both, reduced to one schema and one zero threshold. */
function alike(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram] {
  const schema = Math.min(a.schema, b.schema);
  let [x, y] = [withSchema(a, schema), withSchema(b, schema)];
  // What one needs may cut a bucket of the other; bounds of one schema settle after a round or two.
  for (;;) {
    const threshold = Math.max(x.zeroThreshold, y.zeroThreshold);
    if (x.zeroThreshold === y.zeroThreshold) return [x, y];
    [x, y] = [withZeroThreshold(x, threshold), withZeroThreshold(y, threshold)];
  }
}

function withSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (histogram.schema === schema) return histogram;
  const shift = histogram.schema - schema;
  const reduce = (buckets: Buckets): Buckets => {
    const reduced: [number, number][] = [];
    for (const [index, count] of buckets) {
      const coarse = (index + (1 << shift) - 1) >> shift;
      const last = reduced.at(-1);
      if (last?.[0] === coarse) last[1] += count;
      else reduced.push([coarse, count]);
    }
    return reduced;
  };
  return { ...histogram, schema, positive: reduce(histogram.positive), negative: reduce(histogram.negative) };
}

/** With a zero bucket that reaches to `threshold`, or to the end of the bucket that this would cut. */
function withZeroThreshold(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (histogram.zeroThreshold === threshold) return histogram;
  const { schema } = histogram;
  let { zeroCount } = histogram;
  let zeroThreshold = threshold;
  const reduce = (buckets: Buckets): Buckets => {
    const rest = buckets.filter(([index]) => bucketUpperBound(index - 1, schema) >= threshold);
    for (const [index, count] of buckets.slice(0, buckets.length - rest.length)) {
      zeroCount += count;
      zeroThreshold = Math.max(zeroThreshold, bucketUpperBound(index, schema));
    }
    return rest;
  };
  const [positive, negative] = [reduce(histogram.positive), reduce(histogram.negative)];
  return { ...histogram, zeroThreshold, zeroCount, positive, negative };
}

/** Buckets in the order of their indexes, those of `b` taken `times` times; none that is empty. */
function addBuckets(a: Buckets, b: Buckets, times: 1 | -1): Buckets {
  const counts = new Map<number, number>(a);
  for (const [index, count] of b) counts.set(index, (counts.get(index) ?? 0) + times * count);
  return [...counts].filter(([, count]) => count !== 0).toSorted(([i], [j]) => i - j);
}
