/**
 * A number as Go's `strconv.ParseFloat` reads it, hexadecimal floats such as `0x1.8p3` included. Undefined where Go
 * returns an error: wrong syntax, or a number beyond the range of a float64.
 *
 * Underscores between digits, which Go allows after `0x`, are refused, as every reader of the formats does.
 *
 * @see https://pkg.go.dev/strconv#ParseFloat
 */
export function parseGoFloat(text: string): number | undefined {
  return parseDecimalFloat(text) ?? parseHexFloat(text);
}

/**
 * A number in the syntax that Go and OpenMetrics share: decimal digits with an optional point and exponent, `NaN`, `Inf`
 * and `Infinity` in any case, the last two with an optional sign. Undefined for anything else, and for a number beyond
 * the range of a float64.
 */
export function parseDecimalFloat(text: string): number | undefined {
  if (!isRealNumber(text)) return parseSpecial(text);
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Whether a text is a `realnumber` of the OpenMetrics grammar, which is what Go takes for a finite decimal number:
 * digits, at least one, with an optional sign, point and exponent.
 */
export function isRealNumber(text: string): boolean {
  let at = isSign(text.charCodeAt(0)) ? 1 : 0;
  const integerEnd = skipDigits(text, at);
  let digits = integerEnd - at;
  at = integerEnd;
  if (text.charCodeAt(at) === 0x2e) {
    const fractionEnd = skipDigits(text, at + 1);
    digits += fractionEnd - at - 1;
    at = fractionEnd;
  }
  if (digits === 0) return false;
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    at++;
    if (isSign(text.charCodeAt(at))) at++;
    const exponentEnd = skipDigits(text, at);
    if (exponentEnd === at) return false;
    at = exponentEnd;
  }
  return at === text.length;
}

function skipDigits(text: string, at: number): number {
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at++;
  return at;
}

function isSign(code: number): boolean {
  return code === 0x2b || code === 0x2d;
}

function parseSpecial(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case "nan":
      return NaN;
    case "inf":
    case "+inf":
    case "infinity":
    case "+infinity":
      return Infinity;
    case "-inf":
    case "-infinity":
      return -Infinity;
    default:
      return undefined;
  }
}

function parseHexFloat(text: string): number | undefined {
  const match = /^([+-]?)0x([\da-f]*)(?:\.([\da-f]*))?p([+-]?\d+)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, integer = "", fraction = "", exponent] = match;
  if (integer === "" && fraction === "") return undefined;
  const magnitude = scale(BigInt(`0x${integer}${fraction}`), Number(exponent) - 4 * fraction.length);
  if (magnitude === Infinity) return undefined;
  return sign === "-" ? -magnitude : magnitude;
}

const mantissaBits = 53;
const smallestExponent = -1074;

/** `mantissa * 2 ** exponent`, rounded once, half to even, whether the result is a normal or a subnormal number. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const surplus = Math.max(bits - mantissaBits, smallestExponent - exponent);
  if (surplus <= 0) return timesPowerOfTwo(Number(mantissa), exponent);
  // Beyond one bit below the smallest number nothing is left, and the shift must not be asked for with a huge count.
  if (surplus > bits) return 0;
  const shift = BigInt(surplus);
  const kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return timesPowerOfTwo(Number(up ? kept + 1n : kept), exponent + surplus);
}

/** Exact as long as the result is a float64; in two steps, for `2 ** exponent` alone may be out of range. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const limited = Math.max(-2000, Math.min(2000, exponent));
  const first = Math.trunc(limited / 2);
  return value * 2 ** first * 2 ** (limited - first);
}
