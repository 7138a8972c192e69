import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketIndex, bucketUpperBound, maxSchema, minSchema, schemaForFactor } from "./native-bucket-index.ts";

const schemas = Array.from({ length: maxSchema - minSchema + 1 }, (_, i) => minSchema + i);
// What stands in the server's table, twice: one unit in the last place below the square root of 2.
const serversSquareRoot = 2 * 0.7071067811865475;
const smallestNormal = 2 ** -1022;

/** The number `steps` after a positive one. */
function neighbour(value: number, steps: number): number {
  const bits = new BigInt64Array([0n]);
  const float = new Float64Array(bits.buffer);
  float[0] = value;
  bits[0]! += BigInt(steps);
  return float[0];
}

/** The largest integer whose square is not above `n`. */
function squareRoot(n: bigint): bigint {
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The index as client_golang finds it: by fraction and exponent, and a search from the lowest bound. */
function indexBySearch(value: number, schema: number): number {
  let fraction = Math.min(value, Number.MAX_VALUE);
  let exponent = 0;
  for (; fraction >= 1; exponent++) fraction /= 2;
  for (; fraction < 0.5; exponent--) fraction *= 2;
  const overflow = value === Infinity ? 1 : 0;
  if (schema <= 0) return Math.ceil((fraction === 0.5 ? exponent - 1 : exponent) / 2 ** -schema) + overflow;
  const buckets = 2 ** schema;
  let index = 0;
  while (index < buckets && bucketUpperBound(index - buckets, schema) < fraction) index++;
  return index + (exponent - 1) * buckets + overflow;
}

const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true });

describe("schemaForFactor", () => {
  it.each([
    [1.1, 3],
    [1.0905077326652577, 3],
    [1.0905, 4],
    [1.0027112750502025, 8],
    [1.0001, 8],
    [1.5, 1],
    [2, 0],
    [3.999, 0],
    [4, -1],
    [16, -2],
    [256, -3],
    [65535, -3],
    [65536, -4],
    [Infinity, -4],
  ])("takes the largest factor that is not above %d: schema %d", (factor, schema) => {
    expect(schemaForFactor(factor)).toBe(schema);
  });
});

describe("bucketUpperBound", () => {
  it.each([
    [-4, [2 ** -16, 1, 65536, 2 ** 32]],
    [-3, [2 ** -8, 1, 256, 65536]],
    [-2, [1 / 16, 1, 16, 256]],
    [-1, [1 / 4, 1, 4, 16]],
    [0, [1 / 2, 1, 2, 4]],
    [1, [0.7071067811865475, 1, serversSquareRoot, 2]],
    [2, [0.8408964152537144, 1, 1.189207115002721, serversSquareRoot]],
    [3, [0.9170040432046711, 1, 1.0905077326652577, 1.189207115002721]],
    [4, [0.9576032806985735, 1, 1.0442737824274138, 1.0905077326652577]],
    [5, [0.9785720620876999, 1, 1.0218971486541166, 1.0442737824274138]],
    [6, [0.9892280131939752, 1, 1.0108892860517005, 1.0218971486541166]],
    [7, [0.9945994234836328, 1, 1.0054299011128027, 1.0108892860517005]],
    [8, [0.9972960560854698, 1, 1.0027112750502025, 1.0054299011128027]],
  ])("is what the Prometheus server has for schema %d", (schema, bounds) => {
    expect([-1, 0, 1, 2].map((index) => bucketUpperBound(index, schema))).toEqual(bounds);
  });

  it("has the server's 256 bounds to the last bit", () => {
    const float = new Float64Array(1);
    const words = new BigUint64Array(float.buffer);
    let checksum = 0n;
    for (let index = -256; index < 0; index++) {
      float[0] = bucketUpperBound(index, 8);
      checksum = (checksum * 31n + (words[0]! & 0xffffffffn)) & 0xffffffffn;
    }
    expect(checksum).toBe(2690045535n);
  });

  it("is within 4 units in the last place of the power of two", () => {
    const precision = 200n;
    // 2^(-2^-i) for each bit i of the exponent's fraction.
    const roots = [1n << (precision - 1n)];
    for (let i = 1; i <= 8; i++) roots.push(squareRoot(roots[i - 1]! << precision));
    for (let index = -255; index < 0; index++) {
      let exact = 1n << precision;
      for (let bit = 0; bit < 8; bit++) if ((-index >> bit) & 1) exact = (exact * roots[8 - bit]!) >> precision;
      const exactUnits = Number(exact >> (precision - 63n)) / 2 ** 10;
      expect(Math.abs(bucketUpperBound(index, 8) * 2 ** 53 - exactUnits)).toBeLessThanOrEqual(4.5);
    }
  });

  it.each(schemas)("ends at the largest number and then infinity for schema %d", (schema) => {
    const last = 1024 * 2 ** schema;
    expect(bucketUpperBound(last, schema)).toBe(Number.MAX_VALUE);
    expect(bucketUpperBound(last - 1, schema)).toBeLessThan(Number.MAX_VALUE);
    expect(bucketUpperBound(last + 1, schema)).toBe(Infinity);
    expect(bucketUpperBound(last + 1000, schema)).toBe(Infinity);
  });

  it("rounds once where numbers are subnormal, and is 0 below them", () => {
    expect(bucketUpperBound(-1074, 0)).toBe(Number.MIN_VALUE);
    expect(bucketUpperBound(-1060 * 2 + 1, 1)).toBe(Math.round(Math.SQRT2 * 2 ** 14) * Number.MIN_VALUE);
    expect(bucketUpperBound(-1076, 0)).toBe(0);
    expect(bucketUpperBound(-100, -4)).toBe(0);
  });
});

describe("bucketIndex", () => {
  it.each(schemas)("puts a bound into its bucket and the next number into the next for schema %d", (schema) => {
    const octave = Math.max(1, 2 ** schema);
    const highest = Math.floor(1023 * 2 ** schema);
    const starts = [-Math.floor(1021 * 2 ** schema), -octave, 0, octave, highest - octave];
    for (const start of starts) {
      for (let index = start; index < start + octave; index++) {
        const bound = bucketUpperBound(index, schema);
        const around = [-1, 0, 1].map((steps) => bucketIndex(neighbour(bound, steps), schema));
        expect([index, ...around]).toEqual([index, index, index, index + 1]);
      }
    }
  });

  it.each(schemas)("ends a bucket at each power of two that the schema has as a bound, for schema %d", (schema) => {
    for (let exponent = -1074; exponent < 1024; exponent++) {
      const index = Math.ceil(exponent * 2 ** schema);
      expect(bucketIndex(2 ** exponent, schema)).toBe(index === 0 ? 0 : index);
    }
  });

  it.each(schemas)("gives infinity the bucket after that of the largest number for schema %d", (schema) => {
    const last = 1024 * 2 ** schema;
    expect(bucketIndex(Number.MAX_VALUE, schema)).toBe(last);
    expect(bucketIndex(Infinity, schema)).toBe(last + 1);
  });

  it("takes the smallest numbers", () => {
    expect(schemas.map((schema) => bucketIndex(Number.MIN_VALUE, schema))).toEqual([
      -67, -134, -268, -537, -1074, -2148, -4296, -8592, -17184, -34368, -68736, -137472, -274944,
    ]);
    expect(bucketIndex(3 * Number.MIN_VALUE, 0)).toBe(-1072);
    expect(bucketIndex(neighbour(smallestNormal, -1), 0)).toBe(-1022);
    expect(bucketIndex(smallestNormal, 0)).toBe(-1022);
    expect(bucketIndex(neighbour(smallestNormal, 1), 0)).toBe(-1021);
  });

  it("finds the bucket whose bounds enclose the number", () => {
    fc.assert(
      fc.property(positive, fc.constantFrom(...schemas), (value, schema) => {
        const index = bucketIndex(value, schema);
        expect(value).toBeLessThanOrEqual(bucketUpperBound(index, schema));
        const lower = bucketUpperBound(index - 1, schema);
        // Subnormal numbers lie further apart than bounds, which are rounded to them.
        if (value < smallestNormal) expect(lower).toBeLessThanOrEqual(value);
        else expect(lower).toBeLessThan(value);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("agrees with a search among all bounds", () => {
    fc.assert(
      fc.property(positive, fc.constantFrom(...schemas), (value, schema) => {
        expect(bucketIndex(value, schema) - indexBySearch(value, schema)).toBe(0);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
