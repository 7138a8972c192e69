/** The coarsest resolution of a native histogram: the buckets grow by a factor of 65536. */
export const minSchema = -4;
/** The finest resolution of a native histogram: the buckets grow by a factor of about 1.0027. */
export const maxSchema = 8;

/** How many buckets the finest schema has for each power of two. */
const fractions = 2 ** maxSchema;

/** Bits of the fraction that pick a cell. One cell is narrower than any bucket of the finest schema. */
const cellBits = 9;

/** Where the buckets of the finest schema lie within one power of two. Those of the other schemas are among them. */
interface FractionTable {
  /** The bound below each bucket, for fractions in [0.5, 1), and 1 as the last. */
  readonly bounds: Float64Array;
  /** For each of the equal cells that [0.5, 1) is cut into, how many bounds lie below its start. */
  readonly boundsBelowCell: Uint16Array;
}

let fractionTable: FractionTable | undefined;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
float[0] = 1;
const high = words[0] === 0 ? 1 : 0;

/**
 * The schema whose buckets grow by the largest factor that is not above `bucketFactor`: 3 for 1.1, where a bucket is 9 %
 * wider than the one before. Within -4 to 8, whatever the factor; the caller sees to it that it is above 1.
 *
 * @see https://prometheus.io/docs/specs/native_histograms/#schema
 */
export function schemaForFactor(bucketFactor: number): number {
  let schema = minSchema;
  // Halving the exponent by a square root keeps each factor the double nearest to it; logarithms would not.
  for (let factor = 65536; schema < maxSchema && !(factor <= bucketFactor); factor = Math.sqrt(factor)) schema++;
  return schema;
}

/**
 * The index of the bucket that `absoluteValue`, above 0 and not `NaN`, falls into: the one whose upper bound is the first
 * that is not below it. Index 0 ends at 1. `Infinity` has a bucket of its own, after that of the largest finite number.
 */
export function bucketIndex(absoluteValue: number, schema: number): number {
  const { bounds, boundsBelowCell } = (fractionTable ??= buildFractionTable());
  let overflow = 0;
  let exponentBias = 1023;
  if (absoluteValue === Infinity) {
    absoluteValue = Number.MAX_VALUE;
    overflow = 1;
  } else if (absoluteValue < 2 ** -1022) {
    // A subnormal number has no leading bit of its own: this gives it one.
    absoluteValue *= 2 ** 52;
    exponentBias += 52;
  }
  float[0] = absoluteValue;
  const bits = words[high]!;
  words[high] = (bits & 0xfffff) | 0x3fe00000;
  let fraction = boundsBelowCell[(bits & 0xfffff) >>> (20 - cellBits)]!;
  if (bounds[fraction]! < float[0]) fraction++;
  // A bucket holds 2^n buckets of the finest schema entirely, so that the finest index, rounded up, leads to all others.
  const finest = fraction + ((bits >>> 20) - exponentBias) * fractions;
  const shift = maxSchema - schema;
  return ((finest + (1 << shift) - 1) >> shift) + overflow;
}

/**
 * The inclusive upper bound of a bucket. That of the last bucket of finite numbers is the largest of them, and the one
 * after it is `Infinity`. Below 2^-1022, where bounds may lie closer than the numbers do, it is the nearest number.
 */
export function bucketUpperBound(index: number, schema: number): number {
  const { bounds } = (fractionTable ??= buildFractionTable());
  const finest = index * 2 ** (maxSchema - schema);
  const exponent = Math.floor(finest / fractions);
  if (finest === 1024 * fractions) return Number.MAX_VALUE;
  return scale(bounds[finest - exponent * fractions]! * 2, exponent);
}

/**
 * The bounds that client_golang and the Prometheus server have as literals. They are not the doubles nearest to the
 * powers of two, but up to 4 units in the last place off: each schema was made from the one before by a multiplication,
 * and this is the same chain. What counts is that both sides of the wire agree.
 */
function buildFractionTable(): FractionTable {
  // The second is one unit below the square root of 0.5.
  let bounds = [0.5, 0.7071067811865475];
  let factor = Math.SQRT2;
  for (let schema = 2; schema <= maxSchema; schema++) {
    factor = Math.sqrt(factor);
    bounds = bounds.flatMap((bound) => [bound, bound * factor]);
  }
  const boundsBelowCell = new Uint16Array(2 ** cellBits);
  for (let cell = 0, below = 0; cell < boundsBelowCell.length; cell++) {
    while (below < bounds.length && bounds[below]! < 0.5 + cell / 2 ** (cellBits + 1)) below++;
    boundsBelowCell[cell] = below;
  }
  return { bounds: Float64Array.from([...bounds, 1]), boundsBelowCell };
}

/** `mantissa * 2^exponent`, rounded once, for a mantissa in [1, 2). */
function scale(mantissa: number, exponent: number): number {
  if (exponent > 1023) return Infinity;
  if (exponent < -1022) return exponent < -1080 ? 0 : mantissa * powerOfTwo(exponent + 100) * 2 ** -100;
  return mantissa * powerOfTwo(exponent);
}

/** Exact, which `2 ** exponent` is not bound to be. */
function powerOfTwo(exponent: number): number {
  words[1 - high] = 0;
  words[high] = (exponent + 1023) << 20;
  return float[0]!;
}
