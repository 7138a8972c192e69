import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fairShares, topSeries } from "./top-series.ts";

it("the top series are those whose last number is highest", () => {
  const series = ["3", "NaN", "+Inf", "-2", "7"].map((value) => ({
    metric: { value },
    values: [[1, "1"] as const, [2, value] as const],
  }));
  const values = (most: number): (string | undefined)[] => topSeries(series, most).map(({ metric }) => metric["value"]);
  expect(values(2)).toEqual(["7", "3"]);
  expect(values(9)).toEqual(["7", "3", "NaN", "+Inf", "-2"]);
  expect(topSeries([{ metric: {} }], 1)).toEqual([{ metric: {} }]);
});

it("each gets what it wants, or as much as any other", () => {
  expect(fairShares([30, 30], 24)).toEqual([12, 12]);
  expect(fairShares([30, 2, 30], 24)).toEqual([11, 2, 11]);
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.nat(100), (wanted, most) => {
      const shares = fairShares(wanted, most);
      const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
      expect(sum(shares)).toBe(Math.min(sum(wanted), most));
      const highest = Math.max(...shares);
      for (const [index, share] of shares.entries()) {
        expect(share === wanted[index] || share >= highest - 1).toBe(true);
      }
    }),
  );
});
