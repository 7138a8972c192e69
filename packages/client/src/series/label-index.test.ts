import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LabelIndex } from "./label-index.ts";

it.each([1, 2, 3, 4, 5])(
  "finds what was added and not removed, with %d labels, as a Map of their JSON does",
  (count) => {
    const names = Array.from({ length: count }, (_, i) => `label${i}`);
    const value = fc.constantFrom("", "a", "b", "1", "1,2", "constructor", "__proto__", "é");
    const labels = fc.tuple(...names.map(() => value));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), labels), { maxLength: 300 }), (steps) => {
        const index = new LabelIndex(names);
        const model = new Map<string, number>();
        const free: number[] = [];
        for (const [isAdded, values] of steps) {
          const key = JSON.stringify(values);
          const present = model.get(key);
          if (isAdded && present === undefined) {
            const slot = free.pop() ?? model.size;
            index.add(slot, values);
            model.set(key, slot);
          } else if (!isAdded && present !== undefined) {
            index.remove(present);
            model.delete(key);
            free.push(present);
          }
          const object = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
          expect(index.find(values)).toBe(model.get(key) ?? -1);
          expect(index.findLabels(object, String)).toBe(model.get(key) ?? -1);
        }
        for (const [key, slot] of model) {
          expect(index.find(JSON.parse(key) as string[])).toBe(slot);
          expect(names.map((_, position) => index.valueAt(slot, position))).toEqual(JSON.parse(key));
        }
        index.clear();
        for (const key of model.keys()) expect(index.find(JSON.parse(key) as string[])).toBe(-1);
      }),
    );
  },
);

it("finds each of many series, whatever was removed between them", () => {
  const index = new LabelIndex(["a", "b"]);
  const count = 5000;
  for (let slot = 0; slot < count; slot++) index.add(slot, [`${slot % 70}`, `${slot}`]);
  for (let slot = 0; slot < count; slot += 3) index.remove(slot);
  for (let slot = 0; slot < count; slot++) {
    expect(index.find([`${slot % 70}`, `${slot}`])).toBe(slot % 3 === 0 ? -1 : slot);
  }
});
