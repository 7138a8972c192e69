import { expect, it } from "vitest";
import { axisRange } from "./axis-range.ts";
import type { Unit } from "./units.ts";

it.each<[number | null, number | null, Unit, [number, number]]>([
  [null, null, "none", [0, 1]],
  [0, 0, "none", [0, 1]],
  [3, 10, "none", [0, 11]],
  [-10, 10, "none", [-13, 13]],
  [1_800_000_000, 1_800_000_000, "timestamp", [1_799_999_940, 1_800_000_060]],
])("of lines from %d to %d in %s", (min, max, unit, range) => {
  expect(axisRange(min, max, unit, undefined)).toEqual(range);
});

it.each<[number, Unit]>([
  [1.8e18, "timestamp"],
  [-1.8e18, "timestamp"],
  [Number.MAX_VALUE, "timestamp"],
  [Number.MAX_VALUE, "none"],
  [-Number.MAX_VALUE, "bytes"],
  [5e-324, "none"],
])("of %d in %s is finite, and wide enough to count through", (value, unit) => {
  const [low, high] = axisRange(value, value, unit, undefined);
  expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
  expect(high - low).toBeGreaterThanOrEqual(Math.abs(value) * 0.09);
});
