const suffixes: Readonly<Record<string, readonly [base: bigint, power: bigint]>> = {
  n: [10n, -9n],
  u: [10n, -6n],
  m: [10n, -3n],
  "": [10n, 0n],
  k: [10n, 3n],
  M: [10n, 6n],
  G: [10n, 9n],
  T: [10n, 12n],
  P: [10n, 15n],
  E: [10n, 18n],
  Ki: [2n, 10n],
  Mi: [2n, 20n],
  Gi: [2n, 30n],
  Ti: [2n, 40n],
  Pi: [2n, 50n],
  Ei: [2n, 60n],
};
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE])([+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;
// Kubernetes itself refuses more: what it keeps fits 63 bits and nine places behind the point.
const longest = 64;
const most = 2n ** 63n;

/**
 * A quantity of Kubernetes, such as `250m`, `1.5Gi` or `2e3`, as a whole number of units of which `perOne` make one: 1e9 for
 * nanocores, 1 for bytes. What is between two is rounded up, and what passes 2^63 is that, which as nanocores are nine thousand
 * million cores. Undefined for what is no quantity, and for what is below zero, which no resource is.
 */
export function parseQuantity(text: unknown, perOne: 1 | 1e9): number | undefined {
  if (typeof text !== "string" && typeof text !== "number") return undefined;
  const written = String(text);
  // Nearly all are whole numbers with a suffix, for which there is a short way.
  const quick = quickly(written, perOne);
  return quick ?? exactly(written, perOne);
}

const factors: Readonly<Record<string, number>> = { "": 1, n: 1e-9, u: 1e-6, m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20 };

function quickly(written: string, perOne: number): number | undefined {
  let digits = 0;
  let value = 0;
  for (; digits < written.length && digits < 10; digits++) {
    const digit = written.charCodeAt(digits) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const factor = factors[written.slice(digits)];
  if (digits === 0 || factor === undefined) return undefined;
  const scale = factor * perOne;
  // A division by a whole number is exact where a multiplication by its reciprocal is not.
  return scale >= 1 ? Math.min(value * Math.round(scale), 2 ** 63) : Math.ceil(value / Math.round(1 / scale));
}

function exactly(written: string, perOne: number): number | undefined {
  const match = written.length > longest ? null : pattern.exec(written);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponentMark, exponent, suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  if (sign === "-" && digits > 0n) return undefined;
  const [base, power] = exponentMark === undefined ? suffixes[suffix]! : [10n, BigInt(exponent!)];
  let numerator = digits * BigInt(perOne);
  let denominator = 10n ** BigInt(fraction.length);
  if (power >= 0n) numerator *= base ** power;
  else denominator *= base ** -power;
  const units = (numerator + denominator - 1n) / denominator;
  return Number(units > most ? most : units);
}
