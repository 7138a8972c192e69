import { describe, expect, it } from "vitest";
import type { Conversion } from "./evaluation-job.ts";
import { toNumber } from "./to-number.ts";

describe("toNumber", () => {
  it.each<[unknown, Conversion, number]>([
    [5, "number", 5],
    [true, "number", 1],
    [false, "date", 0],
    [" 17.8 ", "number", 17.8],
    ["-1e3", "number", -1000],
    ["+Inf", "number", Infinity],
    ["NaN", "number", NaN],
    ["21.5 °C", "leading_number", 21.5],
    ["-3dB", "leading_number", -3],
    ["45%", "ratio", 0.45],
    ["0.45", "ratio", 0.45],
    ["2024-07-25T16:51:01+01:00", "date", 1721922661],
    ["2024-07-25 15:51:01.25", "date", 1721922661.25],
    ["2024-07-25T15:51:01Z", "date", 1721922661],
    ["2024-07-25T16:51:01.123456789+0100", "date", 1721922661.1234567],
    ["2024-07-25", "date", 1721865600],
    ["Thu, 25 Jul 2024 15:51:01 GMT", "date", 1721922661],
    ["1h30m", "duration", 5400],
    ["500ms", "duration", 0.5],
    ["1.5 h", "duration", 5400],
    ["2 days, 3 hours", "duration", 183_600],
    ["-2s", "duration", -2],
    ["PT1H30M", "duration", 5400],
    ["P1DT0.5S", "duration", 86_400.5],
    ["1:02:03.5", "duration", 3723.5],
    ["1.02:03:04", "duration", 93_784],
    ["12", "duration", 12],
    ["10 GiB", "bytes", 10 * 1024 ** 3],
    ["1.5MB", "bytes", 1_500_000],
    ["512Ki", "bytes", 524_288],
    ["100 bytes", "bytes", 100],
    ["7", "bytes", 7],
  ])("makes %j as %s %d", (value, conversion, number) => {
    expect(toNumber(value, conversion)).toBe(number);
  });

  it.each<[unknown, Conversion, string]>([
    ["fast", "number", 'is "fast", which is no number; use map'],
    ["", "number", 'is "", which is no number'],
    ["1.2.3", "leading_number", "no text that begins with a number"],
    ["x".repeat(100), "number", `is "${"x".repeat(40)}…"`],
    [null, "number", "is null and no number"],
    [[1, 2], "number", "is a list of 2 and no number"],
    [{}, "number", "is an object and no number"],
    ["yesterday", "date", "no date as in"],
    ["2024-13-45", "date", "no date"],
    ["3 fortnights", "duration", "no duration"],
    ["P1Y", "duration", "no duration"],
    ["10 XB", "bytes", "no size"],
  ])("says what %j is not, as %s", (value, conversion, error) => {
    expect(() => toNumber(value, conversion)).toThrow(error);
  });
});
