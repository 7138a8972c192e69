/** A run of adjacent buckets. */
export interface BucketSpan {
  /** The index of the first bucket, in the first span; in those that follow, the gap after the span before. */
  offset: number;
  /** How many buckets there are. */
  length: number;
}

/**
 * Buckets, in the order of their indexes, as the protobuf format has them: spans of buckets, and the difference of each
 * count to the one before. Up to two buckets between two others are written out as empty, which takes less than a span.
 *
 * A native histogram without buckets, zero count and zero threshold looks like a classic one: give it one span of
 * offset 0 and length 0.
 */
export function encodeSpans(buckets: Iterable<readonly [index: number, count: number]>): {
  spans: BucketSpan[];
  deltas: number[];
} {
  const spans: BucketSpan[] = [];
  const deltas: number[] = [];
  let span: BucketSpan | undefined;
  let next = 0;
  let previous = 0;
  for (const [index, count] of buckets) {
    const gap = index - next;
    if (span === undefined || gap > 2) {
      span = { offset: gap, length: 0 };
      spans.push(span);
    } else {
      for (let i = 0; i < gap; i++) {
        deltas.push(0 - previous);
        previous = 0;
      }
      span.length += gap;
    }
    span.length++;
    deltas.push(count - previous);
    previous = count;
    next = index + 1;
  }
  return { spans, deltas };
}
