import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { NativeHistogram } from "../family.ts";
import { NativeBuckets } from "../metrics/native-buckets.ts";
import { addNative, subtractNative } from "./native-arithmetic.ts";

interface Setting {
  readonly bucketFactor: number;
  readonly zeroThreshold: number;
}

/** What a native histogram is after some observations; integers, so that the order of additions makes no difference. */
function observed(values: readonly number[], { bucketFactor, zeroThreshold }: Setting): NativeHistogram {
  const settings = { bucketFactor, zeroThreshold, maxZeroThreshold: 0, maxBuckets: 0, minResetSeconds: 0 };
  const buckets = new NativeBuckets(settings);
  for (const value of values) buckets.observe(value);
  const { schema, zeroCount, count, sum } = buckets;
  const [positive, negative] = [[...buckets.positive], [...buckets.negative]];
  return { schema, zeroThreshold, zeroCount, count, sum, positive, negative };
}

const values = fc.array(fc.integer({ min: -2000, max: 2000 }), { maxLength: 40 });
// Powers of 4 end a bucket in every schema, so that widening cuts none.
const setting = fc.record({
  bucketFactor: fc.constantFrom(1.003, 1.1, 1.5, 2, 4),
  zeroThreshold: fc.constantFrom(2 ** -128, 0.25, 1, 4, 16),
});

it("adding two histograms gives what one would be that saw the observations of both", () => {
  fc.assert(
    fc.property(values, values, setting, setting, (a, b, x, y) => {
      const both = {
        bucketFactor: Math.max(x.bucketFactor, y.bucketFactor),
        zeroThreshold: Math.max(x.zeroThreshold, y.zeroThreshold),
      };
      expect(addNative(observed(a, x), observed(b, y))).toEqual(observed([...a, ...b], both));
    }),
  );
});

it("what was there before is taken away again, whatever the resolution has become since", () => {
  fc.assert(
    fc.property(values, values, setting, setting, (before, since, x, y) => {
      const later = {
        bucketFactor: Math.max(x.bucketFactor, y.bucketFactor),
        zeroThreshold: Math.max(x.zeroThreshold, y.zeroThreshold),
      };
      const difference = subtractNative(observed([...before, ...since], later), observed(before, x));
      expect(difference).toEqual(observed(since, later));
    }),
  );
});

it("a zero bucket whose end would cut a bucket is widened to the end of that", () => {
  const narrow = observed([3, -3, 100], { bucketFactor: 2, zeroThreshold: 0 });
  const wide = observed([1, 100], { bucketFactor: 2, zeroThreshold: 2.5 });
  const { zeroThreshold, zeroCount, count, positive, negative } = addNative(narrow, wide);
  expect({ zeroThreshold, zeroCount, count, positive, negative }).toEqual({
    zeroThreshold: 4,
    zeroCount: 3,
    count: 5,
    positive: [[7, 2]],
    negative: [],
  });
});

it("a histogram that lacks something of the earlier one was started anew", () => {
  const usual = { bucketFactor: 1.1, zeroThreshold: 0 };
  const earlier = observed([1, 2, 3], usual);
  expect(subtractNative(observed([1, 2, 4, 5], usual), earlier)).toBeUndefined();
  expect(subtractNative(observed([1, 2], usual), earlier)).toBeUndefined();
  expect(subtractNative(observed([1, 2, 3], { ...usual, bucketFactor: 1.05 }), earlier)).toBeUndefined();
  expect(subtractNative(observed([1, 2, 3], usual), { ...earlier, zeroThreshold: 1 })).toBeUndefined();
});
