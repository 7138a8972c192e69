import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsMatchers, fitsPattern, parseSearch } from "./label-matcher.ts";

describe("what is typed into the search", () => {
  it.each([
    ["", [], []],
    ["Memory  free", ["memory", "free"], []],
    ["device=eth* mode!=idle", [], ["device=eth*", "mode!=idle"]],
    ['disk mountpoint="/my data", fstype=~ext4', ["disk"], ["mountpoint=/my data", "fstype=ext4"]],
    ["half=", [], []],
  ])("%s is words and matchers", (text, words, matchers) => {
    const search = parseSearch(text);
    expect(search.words).toEqual(words);
    expect(search.matchers.map(({ label, isNegated, value }) => `${label}${isNegated ? "!" : ""}=${value}`)).toEqual(
      matchers,
    );
  });
});

it("a star stands for any characters, as in a regular expression", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "."), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (value, pattern) => {
      const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
      expect(fitsPattern(value, pattern)).toBe(new RegExp(`^${parts.join(".*")}$`, "s").test(value));
    }),
  );
});

it("labels fit if all matchers do; one that is not there is empty", () => {
  const labelOf = (name: string): string => (name === "mode" ? "idle" : "");
  const fits = (text: string): boolean => fitsMatchers(labelOf, parseSearch(text).matchers);
  expect(["mode=i*", "mode!=user", "cpu!=0"].map(fits)).toEqual([true, true, true]);
  expect(["mode!=idle", "cpu=0", "mode=idle cpu=0"].map(fits)).toEqual([false, false, false]);
});
