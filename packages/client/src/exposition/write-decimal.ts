const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
float[0] = 1;
const high = words[0] === 0 ? 1 : 0;

/** What {@link writeDecimal} writes: numbers from here up to there. */
const least = 1e-5;
const most = 1e15;
const leastExponent = -5;
/** The exponents of two of those numbers. */
const leastBinary = -17;

/** Powers of ten from `leastExponent` on. */
const powersOfTen = Float64Array.from({ length: 21 }, (_, i) => Number(`1e${i + leastExponent}`));
/** By the decimal exponent of a number, from `leastExponent` on: what makes it a number of 17 digits, and its two halves. */
const scales = Float64Array.from({ length: 20 }, (_, i) => Number(`1e${16 - leastExponent - i}`));
const scalesHigh = scales.map(highHalf);
const scalesLow = scales.map((scale, i) => scale - scalesHigh[i]!);
/** By the exponent of two of a number, from `leastBinary` on: half the distance to the next number. */
const halfSteps = Float64Array.from({ length: 67 }, (_, i) => 2 ** (i + leastBinary - 53));

/** What is nearer to a limit than this is left to others: it takes more than a double to tell on which side it is. */
const doubt = 1e-6;

/** The number rounded to 26 bits, so that the product of two such is exact. */
function highHalf(number: number): number {
  const scaled = number * 134217729;
  return scaled - (scaled - number);
}

/**
 * Writes the digits of a number as JavaScript prints them, the fewest that lead back to it, without making a string of it.
 * There have to be 24 bytes from `start` on. Returns where they end, or -1 where it is left to others: below 1e-5, from 1e15
 * on, and in some rare cases between.
 *
 * The number times a power of ten is made exactly, as the sum of two doubles, so that it has 17 digits before the point;
 * then it is rounded to as few digits as stay nearer to it than half the way to the next double.
 *
 * @see https://tc39.es/ecma262/#sec-numeric-types-number-tostring
 */
export function writeDecimal(bytes: Uint8Array, start: number, value: number): number {
  if (!(value >= least && value < most)) return -1;
  float[0] = value;
  const bits = words[high]!;
  // Below a power of two the next number is nearer than above.
  if ((bits & 0xfffff) === 0 && words[1 - high] === 0) return -1;
  const binary = (bits >>> 20) - 1023;
  let decimal = ((binary * 1233) >> 12) - leastExponent;
  if (decimal < 0) decimal = 0;
  while (value >= powersOfTen[decimal + 1]!) decimal++;

  // Dekker's product: `product` and `rest` together are exactly the number times the scale.
  const scale = scales[decimal]!;
  const scaleHigh = scalesHigh[decimal]!;
  const scaleLow = scalesLow[decimal]!;
  const valueHigh = highHalf(value);
  const valueLow = value - valueHigh;
  const product = value * scale;
  const rest = valueHigh * scaleHigh - product + valueHigh * scaleLow + valueLow * scaleHigh + valueLow * scaleLow;

  // Nine digits and eight, and what is behind them.
  let upper = Math.floor(product / 1e8);
  const restWhole = Math.floor(rest);
  const fraction = rest - restWhole;
  let lower = product - upper * 1e8 + restWhole;
  if (lower < 0) {
    lower += 1e8;
    upper--;
  } else if (lower >= 1e8) {
    lower -= 1e8;
    upper++;
  }
  const limit = halfSteps[binary - leastBinary]! * scale;
  lower = round(lower | 0, fraction, limit);
  if (lower >= 1e8) {
    lower -= 1e8;
    upper++;
  }
  if (lower < 0 || upper < 1e8 || upper >= 1e9) return -1;
  return writeDigits17(bytes, start, upper, lower, decimal + leastExponent + 1);
}

/** Rounds `lower + fraction` to a multiple of 100, of 10 or of 1, the first that is nearer than `limit`; -1 in doubt. */
function round(lower: number, fraction: number, limit: number): number {
  const hundreds = (lower % 100) + fraction;
  const toHundred = Math.min(hundreds, 100 - hundreds);
  const tens = (lower % 10) + fraction;
  const toTen = Math.min(tens, 10 - tens);
  if (Math.min(Math.abs(toHundred - limit), Math.abs(toTen - limit)) < doubt) return -1;
  if (toHundred < limit) return lower - (lower % 100) + (hundreds < 50 ? 0 : 100);
  if (toTen < limit) return 5 - toTen < doubt ? -1 : lower - (lower % 10) + (tens < 5 ? 0 : 10);
  if (Math.abs(fraction - 0.5) < doubt) return -1;
  return fraction < 0.5 ? lower : lower + 1;
}

const zero = 48;
const point = 46;

/** Writes nine digits and eight, the first `whole` of them before the point, less the zeros at the end. */
function writeDigits17(bytes: Uint8Array, start: number, upper: number, lower: number, whole: number): number {
  let first = start + 1;
  if (whole <= 0) {
    bytes[start] = zero;
    bytes[first++] = point;
    for (let i = whole; i < 0; i++) bytes[first++] = zero;
  }
  const leading = (upper / 1e8) | 0;
  bytes[first] = zero + leading;
  writeEight(bytes, first + 1, (upper - leading * 1e8) | 0);
  writeEight(bytes, first + 9, lower | 0);
  if (whole > 0) {
    for (let i = 0; i < whole; i++) bytes[start + i] = bytes[first + i]!;
    bytes[start + whole] = point;
  }
  let end = first + 17;
  while (bytes[end - 1] === zero) end--;
  return bytes[end - 1] === point ? end - 1 : end;
}

/** The digits of the numbers from 0 to 99, two by two. */
const pairs = Uint8Array.from({ length: 200 }, (_, i) => zero + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10));

/** Writes a whole number below 1e8 as eight digits. Each pair by itself: no division waits for the one before. */
function writeEight(bytes: Uint8Array, at: number, value: number): void {
  const upper = (value / 10000) | 0;
  const lower = (value - upper * 10000) | 0;
  const first = ((upper / 100) | 0) * 2;
  const second = (upper - first * 50) * 2;
  const third = ((lower / 100) | 0) * 2;
  const fourth = (lower - third * 50) * 2;
  bytes[at] = pairs[first]!;
  bytes[at + 1] = pairs[first + 1]!;
  bytes[at + 2] = pairs[second]!;
  bytes[at + 3] = pairs[second + 1]!;
  bytes[at + 4] = pairs[third]!;
  bytes[at + 5] = pairs[third + 1]!;
  bytes[at + 6] = pairs[fourth]!;
  bytes[at + 7] = pairs[fourth + 1]!;
}
