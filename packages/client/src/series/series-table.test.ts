import * as fc from "fast-check";
import { expect, it } from "vitest";
import { absentLabel } from "./absent-label.ts";
import { SeriesTable } from "./series-table.ts";

/** What a table should hold: the value of each series by its label values. */
function contentsOf(table: SeriesTable): Map<string, number> {
  const contents = new Map<string, number>();
  for (let slot = 0; slot < table.end; slot++) {
    if (!table.isLive(slot)) continue;
    const key = JSON.stringify(table.labelNames.map((_, i) => table.labelValue(slot, i)));
    expect(contents.has(key)).toBe(false);
    contents.set(key, table.values[slot * table.width]!);
  }
  return contents;
}

const labelValue = fc.oneof(
  fc.constantFrom("", "a", "b", "__proto__", "constructor", "1", 'a","b', "a|b", "\u0000", "\uFFFD"),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const operation = fc.record({
  kind: fc.constantFrom("add", "add", "add", "addByValues", "remove", "clear"),
  values: fc.tuple(labelValue, labelValue),
  amount: fc.integer({ min: 1, max: 9 }),
});

it("holds what a map from label sets to values would hold, after any operations", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const table = new SeriesTable("m", ["a", "b"], 1);
      const model = new Map<string, number>();
      for (const { kind, values, amount } of operations) {
        const key = JSON.stringify(values.map((value) => value.toWellFormed()));
        if (kind === "clear" && amount > 1) continue;
        if (kind === "clear") {
          table.clear();
          model.clear();
        } else if (kind === "remove") {
          expect(table.remove(values)).toBe(model.delete(key));
        } else {
          const slot = kind === "add" ? table.slotOf({ a: values[0], b: values[1] }) : table.slotOfValues(values);
          table.values[slot]! += amount;
          model.set(key, (model.get(key) ?? 0) + amount);
        }
      }
      expect(contentsOf(table)).toEqual(model);
      expect(table.size).toBe(model.size);
    }),
  );
});

it("never mixes up the rows of wide series, however often slots are taken again", () => {
  const table = new SeriesTable("m", ["a"], 3);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 100; i++) {
      const slot = table.slotOf({ a: i });
      table.values.set([i, i, i], slot * 3);
    }
    for (let i = 0; i < 100; i += 2) expect(table.remove([String(i)])).toBe(true);
    const slot = table.slotOf({ a: "fresh" });
    expect([...table.values.subarray(slot * 3, slot * 3 + 3)]).toEqual([0, 0, 0]);
    const kept = table.slotOf({ a: 51 });
    expect([...table.values.subarray(kept * 3, kept * 3 + 3)]).toEqual([51, 51, 51]);
    expect(table.remove(["fresh"])).toBe(true);
  }
});

it("takes text that is not well-formed Unicode as what it becomes on the wire", () => {
  const table = new SeriesTable("m", ["a"], 1);
  expect(table.slotOf({ a: "x\uD800" })).toBe(table.slotOf({ a: "x\uFFFD" }));
});

it("never takes a value that is given for the mark of an absent label", () => {
  const names = ["a", "b", "c", "d", "e"];
  for (const count of [1, 2, 5]) {
    const table = new SeriesTable("m", names.slice(0, count), 1);
    const absent = table.slotOfValues(table.labelNames.map(() => absentLabel));
    const given = Object.fromEntries(table.labelNames.map((name) => [name, absentLabel]));
    expect(table.findLabels(given)).toBe(-1);
    const slot = table.slotOf(given);
    expect(slot).not.toBe(absent);
    expect(table.labelValue(slot, 0)).toBe("\uFFFD");
    expect(table.slotOf(given)).toBe(slot);
    expect(table.find(table.labelNames.map(() => absentLabel))).toBe(absent);
    table.removeSlot(absent);
    expect(table.find(table.labelNames.map(() => absentLabel))).toBeUndefined();
  }
});

it("finds a series by all of its labels, and none by fewer or more", () => {
  const table = new SeriesTable("m", ["a", "b"], 1);
  const slot = table.slotOf({ a: 1, b: "x" });
  const partial = table.slotOfValues(["1", absentLabel]);
  expect(table.findLabels({ a: "1", b: "x" })).toBe(slot);
  expect(table.findLabels({ b: "x", a: 1 })).toBe(slot);
  expect(table.findLabels({ a: 1 })).toBe(partial);
  expect(table.findLabels({ b: "x" })).toBe(-1);
  expect(table.findLabels({})).toBe(-1);
  expect(table.findLabels({ c: 1 })).toBe(-1);
  expect(table.findLabels({ a: 1, b: "x", c: "y" })).toBe(-1);
  expect(table.findLabels({ a: 1, c: "x" })).toBe(-1);
  expect(table.findLabels({ a: 1, b: undefined })).toBe(-1);
});
