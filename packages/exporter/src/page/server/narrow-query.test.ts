import { expect, it } from "vitest";
import { narrowed } from "./narrow-query.ts";

const own = 'job="a", instance="b"';

it.each([
  ["up", "up{own}"],
  ['up{x="1"}', 'up{own, x="1"}'],
  ["up { }", "up{own}"],
  ['{__name__="up"}', '{own, __name__="up"}'],
  ['sum by (x) (rate(a:b{y=~"}{"}[5m] offset 1h))', 'sum by (x) (rate(a:b{own, y=~"}{"}[5m] offset 1h))'],
  ["a and on (x) group_left () b", "a{own} and on (x) group_left () b{own}"],
  ["SUM(a) BY (y) / 1e-5 + .5", "SUM(a{own}) BY (y) / 1e-5 + .5"],
  ["time() - max(a) > bool 0 or vector(0)", "time() - max(a{own}) > bool 0 or vector(0)"],
  ["histogram_quantile(0.99, a) # of b\n + c", "histogram_quantile(0.99, a{own}) # of b\n + c{own}"],
  ["topk(3, a @ end())", "topk(3, a{own} @ end())"],
  [`label_replace(a, "b", '$1', \`c\`, "d{e}")`, `label_replace(a{own}, "b", '$1', \`c\`, "d{e}")`],
  ["count_values('x', a) == inf", "count_values('x', a{own}) == inf"],
])("%s", (query, expected) => {
  expect(narrowed(query, own)).toBe(expected.replaceAll("own", own));
});
