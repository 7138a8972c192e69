import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { bucketIndex } from "./native-bucket-index.ts";
import { BucketCounts } from "./bucket-counts.ts";
import { NativeBuckets, nativeSettings, type NativeOptions } from "./native-buckets.ts";

let now: number;

beforeEach(() => {
  now = 1_000_000;
});

function nativeBuckets(options: NativeOptions = {}): NativeBuckets {
  return new NativeBuckets(nativeSettings("h", options), () => now);
}

function observeAll(buckets: NativeBuckets, values: readonly number[]): void {
  for (const value of values) buckets.observe(value);
}

/** All that a format writer reads. */
function state(buckets: NativeBuckets): object {
  const { schema, zeroThreshold, zeroCount, count, sum } = buckets;
  return {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positive: [...buckets.positive],
    negative: [...buckets.negative],
  };
}

describe("nativeSettings", () => {
  it("fills in the defaults", () => {
    expect(nativeSettings("h", { maxBuckets: 5 })).toEqual({
      bucketFactor: 1.1,
      zeroThreshold: 2 ** -128,
      maxZeroThreshold: 0,
      maxBuckets: 5,
      minResetSeconds: 3600,
    });
  });

  it.each<[NativeOptions, string]>([
    [{ bucketFactor: 1 }, "h: bucketFactor 1 is out of range; give a number above 1, such as 1.1."],
    [{ bucketFactor: NaN }, "h: bucketFactor NaN is out of range"],
    [{ zeroThreshold: -1 }, "h: zeroThreshold -1 is out of range; give 0 or a number above it."],
    [{ maxZeroThreshold: NaN }, "h: maxZeroThreshold NaN is out of range"],
    [{ maxBuckets: "9" as never }, 'h: maxBuckets "9" is out of range'],
    [{ minResetSeconds: -5 }, "h: minResetSeconds -5 is out of range"],
  ])("refuses %o", (options, message) => {
    expect(() => nativeSettings("h", options)).toThrow(message);
  });
});

describe("observe", () => {
  it("starts with nothing", () => {
    const buckets = nativeBuckets();
    const none = { schema: 3, zeroThreshold: 2 ** -128, zeroCount: 0, count: 0, sum: 0, positive: [], negative: [] };
    expect(state(buckets)).toEqual(none);
    expect(buckets.createdSeconds).toBe(1000);
  });

  it("counts each sign by itself, and up to the threshold as zero", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, zeroThreshold: 0.5 });
    observeAll(buckets, [0, -0, 0.5, -0.5, 0.75, 1, 2, 3, -1, -3, -4]);
    expect(state(buckets)).toEqual({
      schema: 0,
      zeroThreshold: 0.5,
      zeroCount: 4,
      count: 11,
      sum: -1.25,
      positive: [
        [0, 2],
        [1, 1],
        [2, 1],
      ],
      negative: [
        [0, 1],
        [2, 2],
      ],
    });
  });

  it("puts 0 alone into a zero bucket of no width", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, zeroThreshold: 0 });
    observeAll(buckets, [0, Number.MIN_VALUE]);
    expect(state(buckets)).toMatchObject({ zeroCount: 1, positive: [[-1074, 1]] });
  });

  it("counts infinities in buckets of their own", () => {
    const buckets = nativeBuckets({ bucketFactor: 2 });
    observeAll(buckets, [Infinity, Number.MAX_VALUE, Infinity]);
    expect(state(buckets)).toMatchObject({
      count: 3,
      sum: Infinity,
      positive: [
        [1024, 1],
        [1025, 2],
      ],
    });
    buckets.observe(-Infinity);
    expect(state(buckets)).toMatchObject({ count: 4, sum: NaN, negative: [[1025, 1]] });
  });

  it("counts NaN in no bucket", () => {
    const buckets = nativeBuckets();
    observeAll(buckets, [1, NaN]);
    expect(state(buckets)).toMatchObject({ count: 2, sum: NaN, zeroCount: 0, positive: [[0, 1]], negative: [] });
  });

  it("loses no observation, wherever the limit leads", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { maxLength: 200 }),
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom(0, 2 ** -20, 1, 1e100),
        (values, maxBuckets, maxZeroThreshold) => {
          const buckets = nativeBuckets({ maxBuckets, maxZeroThreshold, minResetSeconds: 0 });
          observeAll(buckets, values);
          const { schema, zeroThreshold } = buckets;
          const expected = new BucketCounts();
          for (const value of values) if (value > zeroThreshold) expected.add(bucketIndex(value, schema), 1);
          expect([...buckets.positive]).toEqual([...expected]);
          let counted = buckets.zeroCount;
          for (const [, count] of [...buckets.positive, ...buckets.negative]) counted += count;
          expect([counted, buckets.count]).toEqual([values.length, values.length]);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("maxBuckets", () => {
  it("leaves as many buckets alone", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 4 });
    observeAll(buckets, [0, 1, 2, -1, -2, 1, 2]);
    expect(state(buckets)).toMatchObject({ schema: 0, count: 7 });
  });

  it("is no limit at 0", () => {
    const buckets = nativeBuckets({ maxBuckets: 0 });
    for (let exponent = -100; exponent < 100; exponent++) buckets.observe(2 ** exponent);
    expect(buckets.positive.size).toBe(200);
    expect(buckets.schema).toBe(3);
  });

  it("resets when the time has passed, and counts the last observation again", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 2, minResetSeconds: 60, maxZeroThreshold: 1 });
    observeAll(buckets, [0, 1, 2]);
    now += 60_000;
    buckets.observe(-4);
    expect(state(buckets)).toMatchObject({
      schema: 0,
      zeroCount: 0,
      count: 1,
      sum: -4,
      positive: [],
      negative: [[2, 1]],
    });
    expect(buckets.createdSeconds).toBe(1060);
  });

  it("widens the zero bucket to swallow the smallest bucket of each sign", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 3, maxZeroThreshold: 1 });
    observeAll(buckets, [0.5, 0.5, -0.5, 4, 8, 0]);
    expect(state(buckets)).toMatchObject({
      schema: 0,
      zeroThreshold: 0.5,
      zeroCount: 4,
      count: 6,
      sum: 12.5,
      positive: [
        [2, 1],
        [3, 1],
      ],
      negative: [],
    });
    buckets.observe(-0.5);
    expect(buckets.zeroCount).toBe(5);
  });

  it("takes one bucket at a time into the zero bucket, up to its maximum and no further", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 2, maxZeroThreshold: 1 });
    observeAll(buckets, [0.5, 2, 4]);
    expect(state(buckets)).toMatchObject({ schema: 0, zeroThreshold: 0.5, zeroCount: 1 });
    buckets.observe(1);
    expect(state(buckets)).toMatchObject({ schema: 0, zeroThreshold: 1, zeroCount: 2 });
    buckets.observe(16);
    expect(state(buckets)).toMatchObject({
      schema: -1,
      zeroThreshold: 1,
      positive: [
        [1, 2],
        [2, 1],
      ],
    });
  });

  it("does not widen the zero bucket that is as wide as it may be already", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 1, zeroThreshold: 1, maxZeroThreshold: 1 });
    observeAll(buckets, [2, 4]);
    expect(state(buckets)).toMatchObject({ schema: -1, zeroThreshold: 1, positive: [[1, 2]] });
  });

  it("doubles the width of both signs' buckets", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 8 });
    observeAll(buckets, [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, -1 / 8, -8]);
    expect(state(buckets)).toMatchObject({
      schema: -1,
      positive: [
        [-1, 2],
        [0, 2],
        [1, 2],
        [2, 1],
      ],
      negative: [
        [-1, 1],
        [2, 1],
      ],
    });
  });

  it("keeps infinity apart while the width doubles", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 2 });
    observeAll(buckets, [Infinity, Number.MAX_VALUE, 1.5 * 2 ** 1022]);
    expect(state(buckets)).toMatchObject({
      schema: -1,
      positive: [
        [512, 2],
        [513, 1],
      ],
    });
  });

  it("takes one step an observation, down to the coarsest schema, where the limit no longer holds", () => {
    const buckets = nativeBuckets({ bucketFactor: 16, maxBuckets: 1 });
    buckets.observe(2 ** -100);
    const schemas = [2 ** 100, 0, 0, 0].map((value) => {
      buckets.observe(value);
      return buckets.schema;
    });
    expect(schemas).toEqual([-3, -4, -4, -4]);
    expect(buckets.positive.size).toBe(2);
  });
});

describe("a scheduled reset", () => {
  it("comes with the first observation after its time, which is kept", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 1, minResetSeconds: 60 });
    observeAll(buckets, [2, 4]);
    expect(buckets.schema).toBe(-1);
    now += 59_999;
    buckets.observe(3);
    expect(buckets.count).toBe(3);
    now += 1;
    buckets.observe(8);
    expect(state(buckets)).toMatchObject({ schema: 0, count: 1, sum: 8, positive: [[3, 1]] });
    expect(buckets.createdSeconds).toBe(1060);
  });

  it("comes without an observation where it is asked for", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 1, minResetSeconds: 60, maxZeroThreshold: 2 });
    observeAll(buckets, [2, 4]);
    expect(buckets.zeroThreshold).toBe(2);
    expect(buckets.resetIfDue()).toBe(false);
    now += 60_000;
    expect(buckets.resetIfDue()).toBe(true);
    expect(state(buckets)).toMatchObject({ zeroThreshold: 2 ** -128, zeroCount: 0, count: 0, sum: 0, positive: [] });
    now += 60_000;
    expect(buckets.resetIfDue()).toBe(false);
  });

  it("is not made where resets are off", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 1, minResetSeconds: 0 });
    observeAll(buckets, [2, 4]);
    now += 1e9;
    observeAll(buckets, [2, 4]);
    expect(state(buckets)).toMatchObject({ schema: -1, count: 4 });
  });

  it("is off after a reset by hand", () => {
    const buckets = nativeBuckets({ bucketFactor: 2, maxBuckets: 1, minResetSeconds: 60 });
    observeAll(buckets, [2, 4]);
    now += 30_000;
    buckets.reset();
    expect(state(buckets)).toMatchObject({ schema: 0, count: 0, positive: [] });
    expect(buckets.createdSeconds).toBe(1030);
    buckets.observe(5);
    now += 90_000;
    expect(buckets.resetIfDue()).toBe(false);
  });
});

describe("BucketCounts", () => {
  it("counts as a map would", () => {
    const entry = fc.tuple(fc.integer({ min: -300_000, max: 300_000 }), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
        const counts = new BucketCounts();
        const map = new Map<number, number>();
        for (const [index, count] of entries) {
          counts.add(index, count);
          map.set(index, (map.get(index) ?? 0) + count);
        }
        expect(counts.size).toBe(map.size);
        expect([...counts]).toEqual([...map].toSorted(([a], [b]) => a - b));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it("has 0 in a bucket without observations", () => {
    const counts = new BucketCounts();
    expect(counts.get(0)).toBe(0);
    counts.add(8, 1);
    expect([counts.get(0), counts.get(8), counts.get(16)]).toEqual([0, 1, 0]);
    counts.clear();
    expect([counts.size, counts.get(8)]).toEqual([0, 0]);
  });
});
