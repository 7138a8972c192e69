import { expect, it } from "vitest";
import { abbreviatedUnits, unitToReplace } from "./lint-units.ts";

it.each([
  ["job_milliseconds", "milliseconds", "seconds"],
  ["disk_kilobytes_total", "kilobytes", "bytes"],
  ["disk_mebibytes", "mebibytes", "bytes"],
  ["link_bits", "bits", "bytes"],
  ["link_gigabits", "gigabits", "bytes"],
  ["age_days_max", "days", "seconds"],
  ["minutes", "minutes", "seconds"],
  ["room_fahrenheit", "fahrenheit", "celsius"],
  ["light_kelvins", "kelvins", "kelvin"],
  ["way_decameters", "decameters", "meters"],
  ["way_kilometres", "kilometres", "metres"],
  ["load_ounces", "ounces", "grams"],
])("replaces the unit of %s", (name, unit, base) => expect(unitToReplace(name)).toEqual({ unit, base }));

it.each([
  "job_seconds",
  "light_kelvin",
  "thermometers",
  "job_Minutes",
  "sub_exabytes",
  "secondsago",
  "a_micro",
  "",
  "_",
])("lets %j be", (name) => expect(unitToReplace(name)).toBeUndefined());

it("goes by the first unit", () => {
  expect(unitToReplace("bytes_per_minutes")).toBeUndefined();
  expect(unitToReplace("minutes_per_bytes")).toEqual({ unit: "minutes", base: "seconds" });
});

it("finds abbreviated units in any word but the first", () => {
  expect(abbreviatedUnits("job_ms")).toEqual(["ms"]);
  expect(abbreviatedUnits("disk_KB_per_s_total")).toEqual(["kb", "s"]);
  expect(abbreviatedUnits("ms_taken")).toEqual([]);
  expect(abbreviatedUnits("jobs_msx_xs")).toEqual([]);
});
