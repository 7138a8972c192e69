import type { ParsedExemplar, ParsedNativeHistogram } from "./parsed-family.ts";
import type { WireReader } from "./wire.ts";

/** A bucket of a classic histogram. */
export interface ClassicBucket {
  readonly upperBound: number;
  readonly cumulativeCount: number;
  readonly exemplar: ParsedExemplar | undefined;
}

/** What a Histogram message holds. */
export interface HistogramMessage {
  readonly count: number;
  readonly sum: number;
  readonly createdSeconds: number | undefined;
  readonly buckets: readonly ClassicBucket[];
  /** Absent where no field of a native histogram is set. */
  readonly native: ParsedNativeHistogram | undefined;
}

/** The buckets on one side of zero as the wire has them: spans of neighbours, and deltas or absolute counts. */
interface Side {
  readonly spans: (readonly [offset: number, length: number])[];
  readonly deltas: number[];
  readonly counts: number[];
}

/**
 * Reads a Histogram message up to `end`. Throws a `ParseError` for buckets out of order and for a native histogram that
 * contradicts itself.
 */
export function readHistogram(
  reader: WireReader,
  end: number,
  readExemplar: (end: number) => ParsedExemplar,
  readTimestamp: (end: number) => number,
): HistogramMessage {
  const start = reader.at;
  const positive: Side = { spans: [], deltas: [], counts: [] };
  const negative: Side = { spans: [], deltas: [], counts: [] };
  const buckets: ClassicBucket[] = [];
  const exemplars: ParsedExemplar[] = [];
  let [count, floatCount, sum, schema, zeroThreshold, zeroCount, floatZeroCount] = [0, 0, 0, 0, 0, 0, 0];
  let createdSeconds: number | undefined;
  while (reader.next(end)) {
    switch (reader.field) {
      case 1:
        count = reader.unsigned();
        break;
      case 2:
        sum = reader.double(end);
        break;
      case 3:
        buckets.push(readBucket(reader, reader.message(end), readExemplar));
        break;
      case 4:
        floatCount = reader.double(end);
        break;
      case 5:
        schema = reader.zigzag();
        break;
      case 6:
        zeroThreshold = reader.double(end);
        break;
      case 7:
        zeroCount = reader.unsigned();
        break;
      case 8:
        floatZeroCount = reader.double(end);
        break;
      case 9:
        negative.spans.push(readSpan(reader, reader.message(end)));
        break;
      case 10:
        reader.zigzags(end, negative.deltas);
        break;
      case 11:
        reader.doubles(end, negative.counts);
        break;
      case 12:
        positive.spans.push(readSpan(reader, reader.message(end)));
        break;
      case 13:
        reader.zigzags(end, positive.deltas);
        break;
      case 14:
        reader.doubles(end, positive.counts);
        break;
      case 15:
        createdSeconds = readTimestamp(reader.message(end));
        break;
      case 16:
        exemplars.push(readExemplar(reader.message(end)));
        break;
      default:
        reader.skip(end);
    }
  }
  // The floats stand in for the integers where they are set, as the schema says.
  const isFloat = floatCount > 0 || floatZeroCount > 0 || positive.counts.length > 0 || negative.counts.length > 0;
  if (floatCount > 0) count = floatCount;
  if (floatZeroCount > 0) zeroCount = floatZeroCount;
  checkBuckets(reader, start, buckets, count);
  const isNative = positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0;
  if (!isNative) return { count, sum, createdSeconds, buckets, native: undefined };

  const fail = (expected: string, found: string): never => reader.fail(expected, found, start);
  if (schema < -4 || schema > 8) fail("a schema from -4 to 8", String(schema));
  if (!(zeroThreshold >= 0)) fail("a zero threshold that is not negative", String(zeroThreshold));
  const native = {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positive: resolve(positive, isFloat, fail),
    negative: resolve(negative, isFloat, fail),
    ...(createdSeconds === undefined ? undefined : { createdSeconds }),
    ...(exemplars.length === 0 ? undefined : { exemplars }),
  };
  if (!isFloat) {
    let total = zeroCount;
    for (const [, n] of native.positive) total += n;
    for (const [, n] of native.negative) total += n;
    // Observations that are NaN are in no bucket, and make the sum NaN.
    if (Number.isNaN(sum) ? total > count : total !== count) {
      fail(`buckets whose counts add up to the count ${count}`, String(total));
    }
  }
  return { count, sum, createdSeconds, buckets, native };
}

/** Index and count of each bucket on one side. */
function resolve(
  { spans, deltas, counts }: Side,
  isFloat: boolean,
  fail: (expected: string, found: string) => never,
): [index: number, count: number][] {
  const values = isFloat ? counts : deltas;
  let length = 0;
  for (const span of spans) length += span[1];
  if (length !== values.length) fail(`${length} buckets, as the spans say`, String(values.length));
  const resolved: [number, number][] = [];
  let index = 0;
  let count = 0;
  spans.forEach(([offset, spanLength], i) => {
    if (i > 0 && offset < 0) fail("a gap between spans that is not negative", String(offset));
    index += offset;
    for (let n = 0; n < spanLength; n++) {
      const value = values[resolved.length]!;
      count = isFloat ? value : count + value;
      if (!(count >= 0)) fail("a bucket's count that is not negative", String(count));
      resolved.push([index++, count]);
    }
  });
  return resolved;
}

function checkBuckets(reader: WireReader, start: number, buckets: readonly ClassicBucket[], count: number): void {
  buckets.forEach(({ upperBound, cumulativeCount }, i) => {
    const before = buckets[i - 1];
    if (!(upperBound > (before?.upperBound ?? -Infinity)) && (i > 0 || Number.isNaN(upperBound))) {
      reader.fail("buckets in rising order of their upper bounds", String(upperBound), start);
    }
    if (!(cumulativeCount >= (before?.cumulativeCount ?? 0))) {
      reader.fail("bucket counts that do not fall", String(cumulativeCount), start);
    }
    if (upperBound === Infinity && cumulativeCount !== count) {
      reader.fail(`the count ${count} in the bucket of +Inf`, String(cumulativeCount), start);
    }
  });
}

function readBucket(reader: WireReader, end: number, readExemplar: (end: number) => ParsedExemplar): ClassicBucket {
  let [count, floatCount, upperBound] = [0, 0, 0];
  let exemplar: ParsedExemplar | undefined;
  while (reader.next(end)) {
    if (reader.field === 1) count = reader.unsigned();
    else if (reader.field === 2) upperBound = reader.double(end);
    else if (reader.field === 3) exemplar = readExemplar(reader.message(end));
    else if (reader.field === 4) floatCount = reader.double(end);
    else reader.skip(end);
  }
  return { upperBound, cumulativeCount: floatCount > 0 ? floatCount : count, exemplar };
}

function readSpan(reader: WireReader, end: number): [offset: number, length: number] {
  let offset = 0;
  let length = 0;
  while (reader.next(end)) {
    if (reader.field === 1) offset = reader.zigzag();
    else if (reader.field === 2) length = reader.unsigned();
    else reader.skip(end);
  }
  return [offset, length];
}
