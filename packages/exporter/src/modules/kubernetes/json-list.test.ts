import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ApiFailure } from "./api-failure.ts";
import { JsonList, type ListMeta } from "./json-list.ts";

function read(text: string, sizes: readonly number[] = [1e9], longest = 1e6): { items: unknown[]; meta: ListMeta } {
  const list = new JsonList(longest);
  const items: unknown[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    items.push(...list.take(bytes.subarray(at, at + size)));
    at += size;
  }
  return { items, meta: list.end() };
}

it("cuts a list into its items, however it comes and whatever is in them", () => {
  const values = fc.record({
    a: fc.jsonValue(),
    items: fc.array(fc.jsonValue()),
    'x":[{': fc.string({ unit: "grapheme" }),
  });
  const metas = fc.record({ resourceVersion: fc.string(), continue: fc.string() });
  const shapes = fc.constantFrom<(meta: object, items: unknown[]) => string>(
    (metadata, items) => JSON.stringify({ kind: "List", metadata, items }),
    (metadata, items) => JSON.stringify({ items, metadata }, undefined, 2),
    (metadata, items) => `${JSON.stringify({ apiVersion: "v1", items, x: [[{}], "items"], metadata })}\n`,
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(values), metas, shapes, sizes, (objects, meta, shape, cuts) => {
      const items = JSON.parse(JSON.stringify(objects)) as unknown[];
      expect(read(shape(meta, objects), cuts)).toEqual({ items, meta });
    }),
  );
});

it("takes an empty list, and one without a list", () => {
  expect(read('{"metadata":{"resourceVersion":"1"},"items":[]}')).toEqual({
    items: [],
    meta: { resourceVersion: "1" },
  });
  expect(read('{"metadata":{"resourceVersion":"1"},"items":null}').items).toEqual([]);
});

it.each([
  ['{"items":[{"a":1},{"b"', "the list is no JSON, or broke off"],
  ['{"items":[{"a":1},{"b"}]}', "an item is no JSON, or broke off"],
  ['{"kind":"Status"}', "what came is no list"],
  ["<html>", "the list is no JSON, or broke off"],
  ["", "the list is no JSON, or broke off"],
  [`{"items":[{"a":"${"x".repeat(1000)}"}]}`, "it is longer than 500 bytes"],
  [`{"metadata":"${"x".repeat(1000)}"`, "it is longer than 500 bytes"],
])("says what is wrong with %.30s", (text, message) => {
  const failure = new ApiFailure(message, { reason: "malformed" });
  expect(() => read(text, [7], 500)).toThrow(failure);
});
