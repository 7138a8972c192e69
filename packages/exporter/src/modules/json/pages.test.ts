import { expect, it } from "vitest";
import { nextLink } from "./pages.ts";

it.each([
  ["<https://example.com/2>; rel=next", "https://example.com/2"],
  ['<a>; rel="prev", <b>; title="x"; rel="last NEXT"', "b"],
  ["<a>; rel=prev", undefined],
  ["<".repeat(1e6), undefined],
])("finds the next page", (header, target) => {
  expect(nextLink(header)).toBe(target);
});
