import { expect, it } from "vitest";
import { parse } from "../parse/index.ts";
import { compareLines, expositionLines } from "./exposition-lines.ts";

const linesOf = (text: string): string[] =>
  expositionLines(parse(text))
    .toSorted(compareLines)
    .map((line) => line.text);

it("puts lines into one order and spelling", () => {
  expect(
    linesOf(
      String.raw`b{z="\\",a=""} +1.50 2000
b{a="\"\n"} -0.0
# TYPE a summary
# HELP a Some \\ help\nin two lines.
a{quantile="0.90"} 1e3
a{quantile="0.5"} nan
a{x="1",quantile="0.1"} -Inf
a_count 2
`,
    ),
  ).toEqual(
    String.raw`# HELP a Some \\ help\nin two lines.
# TYPE a summary
a{quantile="0.5"} NaN
a{quantile="0.9"} 1000
a{quantile="0.1",x="1"} -Inf
a_count 2
# TYPE b untyped
b{a="",z="\\"} 1.5 2000
b{a="\"\n"} 0`.split("\n"),
  );
});

it("identifies a series by all its labels, and by nothing else", () => {
  const identityOf = (text: string): string => expositionLines(parse(`${text}\n`)).at(-1)!.identity;
  expect(identityOf('a{x="1",y="2"} 1')).toBe(identityOf('a{y="2",x="1"} 2 3'));
  expect(identityOf('a{x="1,y=2"} 1')).not.toBe(identityOf('a{x="1",y="2"} 1'));
  const bucket = (le: string): string => identityOf(`# TYPE h histogram\nh_bucket{le="${le}"} 1`);
  expect(bucket("1")).toBe(bucket("1.0"));
  expect(bucket("1")).not.toBe(bucket("2"));
});
