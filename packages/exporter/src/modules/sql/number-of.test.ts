import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberOf } from "./number-of.ts";
import type { Kind } from "./result.ts";

describe("the number of a text", () => {
  it.each<[string, Kind, number | undefined]>([
    ["42", "number", 42],
    ["-0.5e-3", "number", -0.0005],
    [".5", "number", 0.5],
    ["18446744073709551615", "number", 2 ** 64],
    [`1${"0".repeat(400)}`, "number", Infinity],
    ["NaN", "number", NaN],
    ["Infinity", "number", Infinity],
    ["-inf", "number", -Infinity],
    ["", "number", undefined],
    ["12 apples", "text", undefined],
    ["0x10", "text", undefined],
    [" 7 ", "text", 7],
    ["true", "boolean", 1],
    ["false", "boolean", 0],
    ["1970-01-02", "time", 86_400],
    ["2024-02-29 12:00:00.25", "time", 1_709_208_000.25],
    ["2024-02-29T14:00:00+02:00", "time", 1_709_208_000],
    ["2024-02-29 12:00:00+00", "time", 1_709_208_000],
    ["2024-02-29 08:30:00-03:30", "text", 1_709_208_000],
    ["0050-01-01", "time", Date.UTC(2000, 0, 1) / 1000 - 1950 * 365.2425 * 86_400],
    ["infinity", "time", Infinity],
    ["-838:59:59", "interval", -3_020_399],
    ["00:00:01.5", "interval", 1.5],
    ["P1Y2M3DT4H5M6.5S", "interval", 365.25 * 86_400 + 60 * 86_400 + 3 * 86_400 + 14_706.5],
    ["PT-1H-30M", "interval", -5400],
    ["PT0S", "interval", 0],
    ["soon", "interval", undefined],
  ])("%j as %s is %d", (text, kind, value) => {
    if (text === "0050-01-01") expect(Math.abs(numberOf(text, kind)! - value!)).toBeLessThan(3 * 86_400);
    else expect(numberOf(text, kind)).toBe(value);
  });

  it("is the double that is nearest, whatever its size, and never none", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(999_999), (whole, fraction) => {
        expect(numberOf(`${whole}.${fraction}`, "number")).toBe(Number(`${whole}.${fraction}`));
        expect(numberOf(String(whole), "text")).toBe(Number(whole));
      }),
    );
  });
});
