import { expect, it } from "vitest";
import { isRealNumber, parseDecimalFloat, parseGoFloat } from "./go-float.ts";

it.each([
  ["0", 0],
  ["-0", -0],
  ["007", 7],
  ["+1.5", 1.5],
  [".5", 0.5],
  ["5.", 5],
  ["1E-05", 1e-5],
  ["4.9e-324", 5e-324],
  ["1e-999", 0],
  ["nAn", NaN],
  ["iNf", Infinity],
  ["+Infinity", Infinity],
  ["-inf", -Infinity],
])("reads the decimal number %s", (text, value) => {
  expect(parseDecimalFloat(text)).toBe(value);
  expect(parseGoFloat(text)).toBe(value);
});

it.each(["", "+", ".", "e5", "1e", "1e+", "1 ", " 1", "1_000", "0b1", "0x10", "+nan", "infinit", "1e999", "1,5", "١"])(
  "refuses %j",
  (text) => {
    expect(parseDecimalFloat(text)).toBeUndefined();
    expect(parseGoFloat(text)).toBeUndefined();
  },
);

it.each([
  ["0x1.8p3", 12],
  ["-0X.8P1", -1],
  ["0x0p0", 0],
  ["0x1fffffffffffffp0", 2 ** 53 - 1],
  ["0x20000000000001p0", 2 ** 53],
  ["0x20000000000003p0", 2 ** 53 + 4],
  ["0x1p-1074", 5e-324],
  ["0x1p-1075", 0],
  ["0x1.8p-1075", 5e-324],
  ["0x1p-99999999999999999999", 0],
  ["0x1.fffffffffffffp1023", Number.MAX_VALUE],
])("reads the hexadecimal number %s as Go does", (text, value) => {
  expect(parseGoFloat(text)).toBe(value);
});

it.each(["0x", "0xp1", "0x1", "0x1.8", "0x_1p1", "0x1p1024"])("refuses the hexadecimal %s", (text) => {
  expect(parseGoFloat(text)).toBeUndefined();
});

it("takes only finite numbers for real", () => {
  expect(["1", "-1.5e3", "5."].every(isRealNumber)).toBe(true);
  expect(["NaN", "Inf", "", "-", "0x1p1"].some(isRealNumber)).toBe(false);
});
