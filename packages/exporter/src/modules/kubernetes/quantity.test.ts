import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseQuantity } from "./quantity.ts";

it.each<[text: unknown, nanocores: number | undefined]>([
  ["0", 0],
  ["1", 1e9],
  ["250m", 25e7],
  ["0.1", 1e8],
  [".5", 5e8],
  ["2.", 2e9],
  ["123456n", 123_456],
  ["1500u", 1_500_000],
  ["1k", 1e12],
  ["+3", 3e9],
  ["1e3", 1e12],
  ["1E-3", 1e6],
  ["1.5e2", 150e9],
  ["0.0000000001", 1],
  ["1e-12", 1],
  [2, 2e9],
  ["", undefined],
  ["m", undefined],
  ["-1", undefined],
  ["-0", 0],
  ["1 m", undefined],
  ["1mm", undefined],
  ["1e", undefined],
  ["0x1", undefined],
  ["NaN", undefined],
  ["9".repeat(65), undefined],
  ["1e12", 2 ** 63],
  [null, undefined],
  [{}, undefined],
])("%j is %j nanocores", (text, nanocores) => {
  expect(parseQuantity(text, 1e9)).toBe(nanocores);
});

it.each<[text: string, bytes: number]>([
  ["128974848", 128_974_848],
  ["129M", 129e6],
  ["123Mi", 123 * 2 ** 20],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["64Ki", 65_536],
  ["1Ti", 2 ** 40],
  ["2Pi", 2 ** 51],
  ["1Ei", 2 ** 60],
  ["1E", 1e18],
  ["1G", 1e9],
  ["1T", 1e12],
  ["1P", 1e15],
  ["12e6", 12e6],
  ["128974848000m", 128_974_848],
  ["1m", 1],
  ["1n", 1],
  ["100Ei", 2 ** 63],
  ["1e999", 2 ** 63],
])("%s is %d bytes", (text, bytes) => {
  expect(parseQuantity(text, 1)).toBe(bytes);
});

it("takes the short way and the long one to the same number", () => {
  const suffixes = fc.constantFrom("", "n", "u", "m", "Ki", "Mi");
  fc.assert(
    fc.property(fc.nat(999_999_999), suffixes, fc.constantFrom<1 | 1e9>(1, 1e9), (digits, suffix, perOne) => {
      // A point keeps it from the short way.
      expect(parseQuantity(`${digits}${suffix}`, perOne)).toBe(parseQuantity(`${digits}.0${suffix}`, perOne));
    }),
  );
});
