import { describe, expect, it } from "vitest";
import { formatSpan, formatSplits, formatValue, type Unit, unitOf } from "./units.ts";

/** Seconds since the epoch of a time by the clocks of this machine. */
function secondsOf(...time: [year: number, month: number, day: number, hours: number, minutes?: number]): number {
  return new Date(...time).getTime() / 1000;
}

describe("numbers", () => {
  it.each<[number, Unit, string]>([
    [0, "none", "0"],
    [1234, "none", "1.23k"],
    [999, "none", "999"],
    [0.05, "none", "0.050"],
    [-12.34, "none", "-12.3"],
    [1536, "bytes", "1.50\u202fKiB"],
    [0, "bytes/s", "0\u202fB/s"],
    [3 * 1024 ** 3, "bytes/s", "3\u202fGiB/s"],
    [0.0123, "seconds", "12.3\u202fms"],
    [7200, "seconds", "2\u202fh"],
    [0.421, "ratio", "42.1\u202f%"],
    [41.25, "percent", "41.3\u202f%"],
    [2500, "rate", "2.50\u202fk/s"],
    [secondsOf(2027, 0, 15, 8), "timestamp", "2027-01-15 08:00"],
    [secondsOf(2027, 6, 5, 20, 7), "timestamp", "2027-07-05 20:07"],
    // Milliseconds and nanoseconds are no seconds.
    [1.8e12, "timestamp", "1.8e+12"],
    [1.8e18, "timestamp", "1.8e+18"],
    [-Number.MAX_VALUE, "timestamp", "-1.8e+308"],
    [1, "yesNo", "yes"],
    [0, "yesNo", "no"],
    [0.5, "yesNo", "0.50"],
    [Number.NaN, "none", "–"],
    [Infinity, "bytes", "∞"],
    [-Infinity, "timestamp", "-∞"],
    [2 ** 53, "none", "9007T"],
    [Number.MAX_VALUE, "none", "1.8e+308"],
    [1e30, "bytes", "1.0e+30\u202fB"],
    [1e30, "ratio", "1.0e+32\u202f%"],
    [5e-324, "none", "4.9e-324"],
  ])("%d in %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it("beside an axis are in one scale, with the digits that tell them apart", () => {
    expect(formatSplits([0, 2500, 5000, 7500], "rate")).toEqual(["0", "2.5\u202fk/s", "5.0\u202fk/s", "7.5\u202fk/s"]);
    expect(formatSplits([0, 512 * 1024, 1024 ** 2], "bytes")).toEqual(["0", "0.5\u202fMiB", "1.0\u202fMiB"]);
    expect(formatSplits([0.002, 0.004], "seconds")).toEqual(["2\u202fms", "4\u202fms"]);
    expect(formatSplits([], "none")).toEqual([]);
    expect(formatSplits([0, 1e-8, 2e-8], "none")).toEqual(["0", "1.0e-8", "2.0e-8"]);
    expect(formatSplits([0, 1e30], "bytes")).toEqual(["0", "1.0e+30\u202fB"]);
  });

  it("beside an axis of points in time are the time of day, the day or the year", () => {
    const splits = (days: number): number[] => [0, 1].map((index) => secondsOf(2027, 0, 1 + days * index, 8));
    expect(formatSplits([secondsOf(2027, 0, 1, 8), secondsOf(2027, 0, 1, 9)], "timestamp")).toEqual(["08:00", "09:00"]);
    expect(formatSplits(splits(7), "timestamp")).toEqual(["01-01", "01-08"]);
    expect(formatSplits(splits(365), "timestamp")).toEqual(["2027", "2028"]);
    expect(formatSplits([0, 1e18], "timestamp").at(-1)).toBe("");
  });
});

it.each<[string, boolean, Unit]>([
  ["node_memory_MemFree_bytes", false, "bytes"],
  ["node_network_receive_bytes_total", true, "bytes/s"],
  ["node_cpu_seconds_total", true, "ratio"],
  ["http_request_duration_seconds", false, "seconds"],
  ["node_boot_time_seconds", false, "timestamp"],
  ["requests_total", true, "rate"],
  ["queue_depth", false, "none"],
])("the unit of %s, as a rate: %s, is %s", (name, isRate, unit) => {
  expect(unitOf(name, undefined, isRate)).toBe(unit);
});

it("a span of time is told in two words", () => {
  expect([59, 61, 3700, 90_000].map(formatSpan)).toEqual(["59 s", "1 min", "1 h 1 min", "1 d 1 h"]);
});
