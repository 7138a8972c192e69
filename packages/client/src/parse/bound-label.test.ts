import { expect, it } from "vitest";
import { boundLabel } from "./bound-label.ts";

it.each([
  [0, "0.0"],
  [1, "1.0"],
  [-2.5, "-2.5"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [100000, "100000.0"],
  [1e6, "1e+06"],
  [1234567, "1.234567e+06"],
  [1.1e23, "1.1e+23"],
  [5e-324, "5e-324"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
])("writes %d as %s", (bound, label) => {
  expect(boundLabel(bound)).toBe(label);
});
