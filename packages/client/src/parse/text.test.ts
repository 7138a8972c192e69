import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseText } from "./text.ts";

const read = (text: string) => parseText(text, "0.0.4");

it("reads families with their metadata, labels, values and timestamps", () => {
  const text = [
    "# A comment.",
    "# HELP http_requests_total Requests\\nby \\\\ code.",
    "# TYPE http_requests_total counter",
    'http_requests_total{code="200",method="a\\"b\\\\c\\nd"} 1027 1395066363000',
    "",
    'http_requests_total{code="400"} 3',
    "lonely -Inf",
    "# TYPE t untyped",
    "t 0x1.8p1",
    "",
  ].join("\n");
  expect(read(text)).toEqual([
    {
      name: "http_requests_total",
      type: "counter",
      help: "Requests\nby \\ code.",
      samples: [
        {
          name: "http_requests_total",
          labels: { code: "200", method: 'a"b\\c\nd' },
          value: 1027,
          timestampSeconds: 1395066363,
        },
        { name: "http_requests_total", labels: { code: "400" }, value: 3 },
      ],
    },
    { name: "lonely", type: "unknown", samples: [{ name: "lonely", labels: {}, value: -Infinity }] },
    { name: "t", type: "unknown", samples: [{ name: "t", labels: {}, value: 3 }] },
  ]);
});

it("groups the samples of histograms and summaries, and of no other types", () => {
  const text = [
    "# TYPE h histogram",
    'h_bucket{le="1"} 1',
    "h_sum 1",
    "h_count 1",
    "# TYPE s summary",
    's{quantile="0.5"} 1',
    "s_sum 1",
    "s_count 1",
    "s_bucket 1",
    "# TYPE g gauge",
    "g_sum 1",
    "",
  ].join("\n");
  expect(read(text).map(({ name, samples }) => [name, samples.length])).toEqual([
    ["h", 3],
    ["s", 3],
    ["s_bucket", 1],
    ["g", 0],
    ["g_sum", 1],
  ]);
});

it("lets blanks stand between tokens, and a comma after the last label", () => {
  const text = '\t# \tTYPE\t a  gauge\n  a {\tb = "1" , c\t="2" , }\t3 \t+4 \n#TYPE x counter\n#\n \n';
  expect(read(text)).toEqual([
    {
      name: "a",
      type: "gauge",
      samples: [{ name: "a", labels: { b: "1", c: "2" }, value: 3, timestampSeconds: 0.004 }],
    },
    { name: "x", type: "counter", samples: [] },
  ]);
});

it("keeps labels apart from what objects inherit", () => {
  const labels = read('a{__proto__="1",constructor="2"} 1\n')[0]!.samples[0]!.labels;
  expect(Object.getPrototypeOf(labels)).toBeNull();
  expect(Object.entries(labels)).toEqual([
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
  expect(labels["toString"]).toBeUndefined();
});

describe("version 1.0.0", () => {
  it("reads quoted names", () => {
    const text = '# TYPE "a \\"b\\\\" gauge\n# HELP c d\n{"a \\"b\\\\","l.x"="1",y="2"} 1\n{"c"} 2\n';
    expect(parseText(text, "1.0.0")).toEqual([
      {
        name: 'a "b\\',
        type: "gauge",
        samples: [{ name: 'a "b\\', labels: { "l.x": "1", y: "2" }, value: 1 }],
      },
      { name: "c", type: "unknown", help: "d", samples: [{ name: "c", labels: {}, value: 2 }] },
    ]);
  });

  it.each([
    '{"a","b"} 1\n',
    '{"a",b="1","c"} 1\n',
    'a{"b"} 1\n',
    '{b="1"} 1\n',
    "{} 1\n",
    '{""} 1\n',
    'a{""="1"} 1\n',
    '"a" 1\n',
    // A name that was quoted before must be quoted again.
    'a{"b.c"="1"} 1\na{b.c="2"} 1\n',
  ])("refuses %j", (text) => {
    expect(() => parseText(text, "1.0.0")).toThrow("Expected");
  });
});

it.each([
  ["a second HELP", "# HELP a x\n# HELP a x\n", 2, 8],
  ["a second TYPE", "# TYPE a gauge\n# TYPE a gauge\n", 2, 8],
  ["TYPE of a sample of a histogram", "# TYPE a histogram\n# TYPE a_sum gauge\n", 2, 8],
  ["TYPE after a sample", "a 1\n# TYPE a gauge\n", 2, 8],
  ["TYPE without a type", "# TYPE a\n", 1, 9],
  ["an unknown type", "# TYPE a Counter\n", 1, 10],
  ["a type that objects inherit", "# TYPE a constructor\n", 1, 10],
  ["a type of OpenMetrics", "# TYPE a info\n", 1, 10],
  ["HELP without a name", "# HELP\n", 1, 7],
  ["a wrong name in HELP", "# HELP a-b c\n", 1, 9],
  ["an unknown escape sequence in HELP", "# HELP a b\\c\n", 1, 11],
  ["a backslash at the end of HELP", "# HELP a b\\\n", 1, 11],
  ["a metric name that starts with a digit", "1a 1\n", 1, 1],
  ["a metric name that is not ASCII", "é 1\n", 1, 1],
  ["a label name with a colon", 'a{b:c="1"} 1\n', 1, 4],
  ["a label name that starts with a digit", 'a{0="1"} 1\n', 1, 3],
  ["the label __name__", 'a{__name__="b"} 1\n', 1, 3],
  ["a label twice", 'a{b="1",c="2",b="1"} 1\n', 1, 15],
  ["a label twice where another stood before", 'a{b="1",c="2"} 1\na{c="2"} 1\na{c="1",c="2"} 1\n', 3, 9],
  ["two commas", 'a{b="1",,} 1\n', 1, 9],
  ["a comma alone", "a{,} 1\n", 1, 3],
  ["an unquoted label value", "a{b=1} 1\n", 1, 5],
  ["an unknown escape sequence", 'a{b="\\t"} 1\n', 1, 6],
  ["an open quote", 'a{b="1\n', 1, 7],
  ["an open quote behind a backslash", 'a{b="1\\"} 1\n', 1, 12],
  ["an open brace", 'a{b="1"\n', 1, 8],
  ["no value", "a\n", 1, 2],
  ["a wrong value", "a 1_0\n", 1, 3],
  ["a value out of range", "a 1e999\n", 1, 3],
  ["a carriage return", "a 1\r\n", 1, 3],
  ["a fractional timestamp", "a 1 1.5\n", 1, 5],
  ["a timestamp beyond 64 bits", "a 1 9223372036854775808\n", 1, 5],
  ["more after the timestamp", "a 1 2 3\n", 1, 7],
  ["an exemplar", "a 1 # {} 1\n", 1, 5],
  ["a wrong bound", '# TYPE a histogram\na_bucket{le="x"} 1\n', 2, 1],
  ["a wrong quantile", '# TYPE a summary\na{quantile=""} 1\n', 2, 1],
  ["a series twice", "a 1\na{} 2 5\n", 2, 1],
  ["a series twice, its labels in another order", 'a{b="1",c="\\n"} 1\na{c="\\n",b="1"} 1\n', 2, 1],
  ["no newline at the end", "a 1", 1, 4],
  ["no newline after a comment", "# a", 1, 4],
])("refuses %s", (_, text, line, column) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ name: "ParseError", line, column }));
});

it("takes the largest timestamp", () => {
  expect(read("a 1 -9223372036854775808\n")[0]?.samples[0]?.timestampSeconds).toBe(-9223372036854776);
});

it("tells label sets apart that look alike when joined", () => {
  const sets = ['a="1",b="2"', 'a="1,b:2"', 'a="1\\",b=\\"2"', 'ab="1",b="2"', 'a="b1",b="2"', 'a="12"', 'b="12"'];
  expect(read(sets.map((set) => `m{${set}} 1\n`).join(""))[0]?.samples).toHaveLength(sets.length);
});

it("reads back whatever label values and numbers are written", () => {
  const value = fc.string({ unit: "grapheme", maxLength: 8 });
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value), fc.double(), (labels, number) => {
      const set = Object.entries(labels).map(
        ([name, text]) => `${name}="${text.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`,
      );
      expect(read(`m{${set.join(",")}} ${Object.is(number, -0) ? "-0" : number}\n`)[0]?.samples).toEqual([
        { name: "m", labels, value: number },
      ]);
    }),
    { seed: 1 },
  );
});
