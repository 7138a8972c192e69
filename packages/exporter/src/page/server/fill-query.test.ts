import * as fc from "fast-check";
import { expect, it } from "vitest";
import { askedSelectors } from "../../dashboard/fixtures/asked-queries.ts";
import { filled } from "./fill-query.ts";

it("puts values where variables stand: texts, patterns, names and times", () => {
  const fillings = new Map([
    ["job", { value: ".*", isPlain: true }],
    ["device", { value: 'sd.a"\\', isPlain: false }],
    ["by", { value: "label_app", isPlain: false }],
    ["__rate_interval", { value: "120s", isPlain: true }],
  ]);
  expect(
    filled('sum by ($by) (rate(x{job=~"$job", d=~"$device", e="${device}"}[$__rate_interval])) + $none', fillings),
  ).toBe(String.raw`sum by (label_app) (rate(x{job=~".*", d=~"sd\\.a\"\\\\", e="sd.a\"\\"}[120s])) + `);
  expect(filled("sum by ($device) (x)", fillings)).toBe("sum by () (x)");
});

it("never lets a value become more than a text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const query = filled('x{a="$v", b=~"$v"}', new Map([["v", { value, isPlain: false }]]));
      expect(askedSelectors(query)).toEqual([query]);
      const [, text] = /a="((?:\\.|[^"\\])*)"/s.exec(query)!;
      expect(text!.replaceAll(/\\(n|.)/gs, (_, c: string) => (c === "n" ? "\n" : c))).toBe(value);
    }),
  );
});
