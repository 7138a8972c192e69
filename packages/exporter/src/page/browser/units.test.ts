import { describe, expect, it } from "vitest";
import { formatSpan, formatSplits, formatValue, type Unit, unitOf } from "./units.ts";

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
    [1_800_000_000, "timestamp", "2027-01-15 08:00"],
    [1, "yesNo", "yes"],
    [0, "yesNo", "no"],
    [0.5, "yesNo", "0.50"],
    [Number.NaN, "none", "–"],
  ])("%d in %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it("beside an axis are in one scale, with the digits that tell them apart", () => {
    expect(formatSplits([0, 2500, 5000, 7500], "rate")).toEqual(["0", "2.5\u202fk/s", "5.0\u202fk/s", "7.5\u202fk/s"]);
    expect(formatSplits([0, 512 * 1024, 1024 ** 2], "bytes")).toEqual(["0", "0.5\u202fMiB", "1.0\u202fMiB"]);
    expect(formatSplits([0.002, 0.004], "seconds")).toEqual(["2\u202fms", "4\u202fms"]);
    expect(formatSplits([], "none")).toEqual([]);
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
