import { describe, expect, it } from "vitest";
import { parseOpenMetrics } from "./openmetrics.ts";

const exemplarOf = (label: string) => `# TYPE c counter\nc_total 1 # {t="${label}"} 1\n`;
const pointOf = (t: number, n: number) =>
  `h_bucket{le="1"} ${n} ${t}\nh_bucket{le="+Inf"} ${n} ${t}\nh_count ${n} ${t}\nh_sum 1 ${t}\n`;
const read = (lines: string) => parseOpenMetrics(`${lines}# EOF\n`);

it("reads every type", () => {
  const text = [
    '# HELP c_seconds Some \\"text\\" \\n and \\\\ \\x.',
    "# TYPE c_seconds counter",
    "# UNIT c_seconds seconds",
    'c_seconds_total{a="b"} 17 1520879607.789 # {trace_id="x"} 0.5 -3.25',
    'c_seconds_created{a="b"} 1520430000.123 1520879607.789',
    "# TYPE g gauge",
    "g NaN",
    "# TYPE h histogram",
    'h_bucket{le="1e-05"} 0',
    'h_bucket{le="1"} 2 # {} 0.5',
    'h_bucket{le="+Inf"} 2.0',
    "h_count 2",
    "h_sum 1.5",
    "h_created 1",
    "# TYPE gh gaugehistogram",
    'gh_bucket{le="-1"} 1',
    'gh_bucket{le="+Inf"} 1',
    "gh_gcount 1",
    "gh_gsum -2",
    "# TYPE s summary",
    's{quantile="0.9"} NaN',
    's{quantile="0.5"} 1',
    "s_count 0",
    "# TYPE i info",
    'i_info{version="1"} 1',
    "# TYPE st stateset",
    'st{st="a"} 1',
    'st{st="b"} 0.0',
    "# TYPE u unknown",
    "u{} -Inf",
    "# TYPE empty gauge",
    "# HELP empty ",
    "# UNIT empty ",
    "",
  ].join("\n");
  const families = read(text);
  expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
    ["c_seconds", "counter", 2],
    ["g", "gauge", 1],
    ["h", "histogram", 6],
    ["gh", "gaugehistogram", 4],
    ["s", "summary", 3],
    ["i", "info", 1],
    ["st", "stateset", 2],
    ["u", "unknown", 1],
    ["empty", "gauge", 0],
  ]);
  expect(families[0]).toEqual({
    name: "c_seconds",
    type: "counter",
    help: 'Some "text" \n and \\ \\x.',
    unit: "seconds",
    samples: [
      {
        name: "c_seconds_total",
        labels: { a: "b" },
        value: 17,
        timestampSeconds: 1520879607.789,
        exemplar: { labels: { trace_id: "x" }, value: 0.5, timestampSeconds: -3.25 },
      },
      { name: "c_seconds_created", labels: { a: "b" }, value: 1520430000.123, timestampSeconds: 1520879607.789 },
    ],
  });
  expect(families[2]?.samples[1]).toEqual({
    name: "h_bucket",
    labels: { le: "1" },
    value: 2,
    exemplar: { labels: {}, value: 0.5 },
  });
  expect(families[8]).toEqual({ name: "empty", type: "gauge", samples: [] });
});

it("makes a family of unknown type of each sample name without TYPE", () => {
  expect(read("# HELP a b\na 1\na_total 2\n")).toEqual([
    { name: "a", type: "unknown", help: "b", samples: [{ name: "a", labels: {}, value: 1 }] },
    { name: "a_total", type: "unknown", samples: [{ name: "a_total", labels: {}, value: 2 }] },
  ]);
});

it("reads quoted names", () => {
  const text = '# TYPE "a.b" counter\n{"a.b_total","l.x"="1"} 1 # {"t.x"="y"} 2\n';
  expect(read(text)).toEqual([
    {
      name: "a.b",
      type: "counter",
      samples: [
        { name: "a.b_total", labels: { "l.x": "1" }, value: 1, exemplar: { labels: { "t.x": "y" }, value: 2 } },
      ],
    },
  ]);
});

it.each(["# EOF", "# EOF\n"])("reads the empty exposition %j", (text) => {
  expect(parseOpenMetrics(text)).toEqual([]);
});

it.each(["", "a 1\n", "# EOF\n\n", "# EOF\na 1\n", "# EOF ", "# EOF\r\n", "a 1\n\n# EOF\n", "a 1# EOF\n"])(
  "wants # EOF as the last line, not %j",
  (text) => {
    expect(() => parseOpenMetrics(text)).toThrow("Expected");
  },
);

it("takes the metric points of the specification's example, one after the other", () => {
  const text = ['a="bb"', 'a="ccc"']
    .flatMap((l) => [123, 456].map((t) => `foo_count{${l}} 0 ${t}\nfoo_sum{${l}} 0 ${t}\n`))
    .join("");
  // A reader that forgets to begin a new point takes the second sum for a repetition, and drops it.
  expect(read(`# TYPE foo summary\n${text}`)[0]?.samples).toHaveLength(8);
});

it("holds each point of a histogram against the rules alone", () => {
  expect(read(`# TYPE h histogram\n${pointOf(1, 5)}${pointOf(2, 3)}`)[0]?.samples).toHaveLength(8);
});

it("takes an exemplar of 128 code points, however many UTF-16 units", () => {
  expect(read(exemplarOf("😀".repeat(127)))).toHaveLength(1);
  expect(() => read(exemplarOf("😀".repeat(128)))).toThrow("128 characters");
  expect(() => read(exemplarOf("x".repeat(128)))).toThrow("128 characters");
});

it("takes a NaN as exemplar of the last bucket, into which it was counted", () => {
  expect(read('# TYPE h histogram\nh_bucket{le="+Inf"} 1 # {} NaN\n')).toHaveLength(1);
});

describe("refuses", () => {
  it.each([
    ["a comment", "# comment\n", 1, 1],
    ["a comment that looks like metadata", "## TYPE a gauge\n", 1, 1],
    ["metadata without its space", "# HELP a\n", 1, 9],
    ["a second TYPE", "# TYPE a gauge\n# TYPE a gauge\n", 2, 1],
    ["a second HELP", "# HELP a \n# HELP a b\n", 2, 1],
    ["a second UNIT", "# UNIT a_b b\n# UNIT a_b b\n", 2, 1],
    ["metadata after samples", "a 1\n# HELP a b\n", 2, 1],
    ["an unknown type", "# TYPE a untyped\n", 1, 10],
    ["a unit that is no suffix", "# UNIT a_seconds meters\n", 1, 18],
    ["a unit without underscore", "# UNIT seconds seconds\n", 1, 16],
    ["a unit on an info", "# UNIT a_b b\n# TYPE a_b info\n", 1, 8],
    ["a unit on a stateset", "# TYPE a_b stateset\n# UNIT a_b b\n", 1, 8],
    ["a double quote in HELP", '# HELP a "b\n', 1, 10],
    ["a backslash at the end of HELP", "# HELP a \\\n", 1, 10],
    ["a family again", "a 1\nb 1\na 2\n", 3, 1],
    ["a family in two places", '# TYPE a gauge\na{b="1"} 1\nc 1\na{b="2"} 1\n', 4, 1],
    ["families whose samples could clash", "# TYPE a_created gauge\n# TYPE a counter\n", 2, 8],
    ["a sample that lacks the suffix of its type", "# TYPE a counter\na 1\n", 2, 1],
    ["a blank before the value", "a  1\n", 1, 3],
    ["a tab", "a\t1\n", 1, 2],
    ["a blank after the value", "a 1 \n", 1, 5],
    ["no space after the labels", 'a{b="1"}1\n', 1, 9],
    ["a comma after the last label", 'a{b="1",} 1\n', 1, 9],
    ["a blank within the braces", 'a{ b="1"} 1\n', 1, 3],
    ["a label twice", 'a{b="1",b="2"} 1\n', 1, 9],
    ["the label __name__", 'a{__name__="1"} 1\n', 1, 3],
    ["a hexadecimal value", "a 0x1p1\n", 1, 3],
    ["a value out of range", "a 1e400\n", 1, 3],
    ["an infinite timestamp", "a 1 Inf\n", 1, 5],
    ["a timestamp out of range", "a 1 1e400\n", 1, 5],
    ["a series twice", "a 1\na{} 1\n", 2, 1],
    ["a series twice, its labels in another order", 'a{b="1",c="2"} 1\na{c="2",b="1"} 1\n', 2, 1],
    ["a series twice, an escape written in two ways", 'a{b="\\x"} 1\na{b="\\\\x"} 1\n', 2, 1],
    ["a series twice at one time", "a 1 5\na 1 5.0\n", 2, 1],
    ["interleaved metrics", 'a{b="1"} 1\na{b="2"} 1\na{b="1"} 1\n', 3, 1],
    ["a timestamp on some samples alone", "a 1\na 1 5\n", 2, 1],
    ["timestamps that fall", "a 1 5\na 1 4\n", 2, 1],
    ["interleaved points", "# TYPE s summary\ns_count 0 1\ns_count 0 2\ns_sum 0 1\n", 4, 1],
    ["a negative counter", "# TYPE a counter\na_total -1\n", 2, 9],
    ["a counter that is NaN", "# TYPE a counter\na_total NaN\n", 2, 9],
    ["a counter without total", "# TYPE a counter\na_created 1\n", 2, 1],
    ["an infinite created timestamp", "# TYPE a counter\na_created +Inf\n", 2, 11],
    ["an info that is not 1", "# TYPE a info\na_info 0\n", 2, 8],
    ["a state that is neither 0 nor 1", '# TYPE a stateset\na{a="b"} 2\n', 2, 10],
    ["a stateset without its label", "# TYPE a stateset\na 1\n", 2, 1],
    ["a state twice", '# TYPE a stateset\na{a="b"} 1\na{a="b"} 1\n', 3, 1],
    ["a quantile above 1", '# TYPE a summary\na{quantile="1.1"} 1\n', 2, 1],
    ["a quantile that is no number", '# TYPE a summary\na{quantile="NaN"} 1\n', 2, 1],
    ["a summary's value without a quantile", "# TYPE a summary\na 1\n", 2, 1],
    ["a quantile twice, written in two ways", '# TYPE a summary\na{quantile="1"} 1\na{quantile="1.0"} 1\n', 3, 1],
    ["a negative value of a quantile", '# TYPE a summary\na{quantile="1"} -1\n', 2, 17],
    ["a quantile on a sum", '# TYPE a summary\na_sum{quantile="1"} 1\n', 2, 1],
    ["a negative sum", "# TYPE a summary\na_sum -1\n", 2, 7],
    ["a fractional count", "# TYPE a summary\na_count 1.5\n", 2, 9],
    ["a histogram without +Inf", '# TYPE a histogram\na_bucket{le="1"} 1\n', 2, 1],
    ["a histogram without buckets", "# TYPE a histogram\na_count 0\na_sum 0\n", 3, 1],
    ["infinity in another spelling", '# TYPE a histogram\na_bucket{le="Inf"} 1\n', 2, 1],
    ["a bucket without le", "# TYPE a histogram\na_bucket 1\n", 2, 1],
    ["a bucket at NaN", '# TYPE a histogram\na_bucket{le="NaN"} 1\n', 2, 1],
    ["buckets out of order", '# TYPE a histogram\na_bucket{le="2"} 1\na_bucket{le="1"} 1\n', 3, 1],
    ["a bucket twice, written in two ways", '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="1.0"} 1\n', 3, 1],
    ["bucket counts that fall", '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n', 3, 1],
    ["a fractional bucket count", '# TYPE a histogram\na_bucket{le="+Inf"} 0.5\n', 2, 21],
    ["another count than that of +Inf", '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 2\na_sum 1\n', 4, 1],
    ["a count without sum", '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n', 3, 1],
    ["a sum without count", '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\n', 3, 1],
    ["le on a sum", '# TYPE a histogram\na_sum{le="1"} 1\n', 2, 1],
    [
      "a sum beside negative buckets",
      '# TYPE a histogram\na_bucket{le="-1"} 0\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n',
      5,
      1,
    ],
    [
      "a negative gsum without negative buckets",
      '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_gcount 1\na_gsum -1\n',
      4,
      1,
    ],
    ["an exemplar on a gauge", "# TYPE a gauge\na 1 # {} 1\n", 2, 4],
    ["an exemplar on a sum", "# TYPE a summary\na_sum 1 # {} 1\n", 2, 8],
    ["an exemplar beyond its bucket", '# TYPE a histogram\na_bucket{le="1"} 1 # {} 2\n', 2, 1],
    ["an exemplar without labels", "# TYPE a counter\na_total 1 # 1\n", 2, 10],
    ["an exemplar without value", "# TYPE a counter\na_total 1 # {}\n", 2, 15],
    ["two exemplars", "# TYPE a counter\na_total 1 # {} 1 # {} 1\n", 2, 18],
  ])("%s", (_, lines, line, column) => {
    expect(() => read(lines)).toThrow(expect.objectContaining({ name: "ParseError", line, column }));
  });
});
