import { expect, it } from "vitest";
import { absentLabel } from "../series/absent-label.ts";
import { Sheet } from "./sheet.ts";

it("keeps label values, and tells those that a series does not have from all others", () => {
  const sheet = Sheet.create({ capacity: 1, width: 1, nativeWidth: 0, textBytes: 1000 });
  const values = ["", absentLabel, "é", "x".repeat(300), "\uFFFD", absentLabel, "ÿ"];
  const end = sheet.writeText(0, values);
  expect(sheet.readText(0, values.length)).toEqual(values);
  expect(sheet.writeText(end, ["next"])).toBe(end + 5);
  expect(sheet.readText(end, 1)).toEqual(["next"]);
});
