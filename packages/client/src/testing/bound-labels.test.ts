import { expect, it } from "vitest";
import { boundLabelOf, boundOf } from "./bound-labels.ts";

it("knows the label that is a number", () => {
  expect(boundLabelOf("histogram")).toBe("le");
  expect(boundLabelOf("gaugehistogram")).toBe("le");
  expect(boundLabelOf("summary")).toBe("quantile");
  expect(boundLabelOf("gauge")).toBeUndefined();
});

it.each([
  ["1", 1],
  ["1.0", 1],
  ["1e+06", 1_000_000],
  ["+Inf", Infinity],
  ["Infinity", Infinity],
  ["-Inf", -Infinity],
  ["", NaN],
  ["high", NaN],
])("reads %j as the bound %d", (text, bound) => expect(boundOf(text)).toBe(bound));
