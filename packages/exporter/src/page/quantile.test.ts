import { expect, it } from "vitest";
import { quantileOf } from "./quantile.ts";

it.each([
  [0.5, [1, 2, Infinity], [10, 10, 0], 1],
  [0.75, [1, 2, Infinity], [10, 10, 0], 1.5],
  [0.5, [1, 2, Infinity], [0, 10, 0], 1.5],
  // Nobody knows how far above the last bound they are.
  [0.99, [1, 2, Infinity], [0, 0, 5], 2],
  [0.5, [Infinity], [5], Number.NaN],
  [0.5, [1, Infinity], [0, 0], Number.NaN],
  [0, [-1, 1, Infinity], [1, 1, 0], -1],
])("the quantile %d of buckets up to %j with %j observations is %d", (quantile, bounds, counts, expected) => {
  expect(quantileOf(quantile, bounds, counts)).toBe(expected);
});
