import { describe, expect, it } from "vitest";
import { ParseError, parse } from "./index.ts";

const contentType = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

// A writer of the wire format, only as large as these tests need.
function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}
const zigzag = (value: number): number[] => varint((BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
const number = (field: number, value: bigint | number): number[] => [...varint(field << 3), ...varint(value)];
const signed = (field: number, value: number): number[] => [...varint(field << 3), ...zigzag(value)];
const doubleBytes = (value: number): number[] => [...new Uint8Array(new Float64Array([value]).buffer)];
const double = (field: number, value: number): number[] => [...varint((field << 3) | 1), ...doubleBytes(value)];
const message = (field: number, ...parts: number[][]): number[] => {
  const body = parts.flat();
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
};
const string = (field: number, text: string): number[] => message(field, [...new TextEncoder().encode(text)]);
const label = (name: string, value: string): number[] => message(1, string(1, name), string(2, value));
const metric = (...parts: number[][]): number[] => message(4, ...parts);
const span = (field: number, offset: number, length: number): number[] =>
  message(field, signed(1, offset), number(2, length));
const family = (name: string, type: number, ...parts: number[][]): number[] => {
  const body = [string(1, name), number(3, type), ...parts].flat();
  return [...varint(body.length), ...body];
};
const read = (...families: number[][]) => parse(new Uint8Array(families.flat()), contentType);

it("reads counters, gauges and untyped metrics", () => {
  const families = read(
    family(
      "c_seconds_total",
      0,
      string(2, "Hélp."),
      string(5, "seconds"),
      metric(
        label("a", "b"),
        label("a long name, longer than most", "and a value beyond ASCII: é😀"),
        message(
          3,
          double(1, 2.5),
          message(2, label("t", "x"), double(2, 1), message(3, number(1, 5), number(2, 5e8))),
          message(3, number(1, 7)),
        ),
        number(6, -1500n),
      ),
    ),
    family("g", 1, metric(message(2, double(1, -0)))),
    family("u", 3, metric(message(5, double(1, NaN)))),
    family("empty", 4),
  );
  const labels = { a: "b", "a long name, longer than most": "and a value beyond ASCII: é😀" };
  expect(families).toEqual([
    {
      name: "c_seconds_total",
      type: "counter",
      help: "Hélp.",
      unit: "seconds",
      samples: [
        {
          name: "c_seconds_total",
          labels,
          value: 2.5,
          timestampSeconds: -1.5,
          exemplar: { labels: { t: "x" }, value: 1, timestampSeconds: 5.5 },
        },
        { name: "c_seconds_created", labels, value: 7, timestampSeconds: -1.5 },
      ],
    },
    { name: "g", type: "gauge", samples: [{ name: "g", labels: {}, value: -0 }] },
    { name: "u", type: "unknown", samples: [{ name: "u", labels: {}, value: NaN }] },
    { name: "empty", type: "histogram", samples: [] },
  ]);
});

it("reads summaries and classic histograms as the samples of a text format", () => {
  const exemplar = message(3, double(2, 0.5));
  const [summary, histogram] = read(
    family(
      "s",
      2,
      metric(
        label("a", "b"),
        message(4, number(1, 3), double(2, 4.5), message(3, double(1, 0.5), double(2, 1)), message(4, number(1, 9))),
      ),
    ),
    family(
      "h",
      4,
      metric(
        message(
          7,
          number(1, 3),
          double(2, 4.5),
          message(3, number(1, 2), double(2, 1), exemplar),
          message(15, number(1, 9)),
        ),
      ),
    ),
  );
  expect(summary?.samples).toEqual([
    { name: "s", labels: { a: "b", quantile: "0.5" }, value: 1 },
    { name: "s_sum", labels: { a: "b" }, value: 4.5 },
    { name: "s_count", labels: { a: "b" }, value: 3 },
    { name: "s_created", labels: { a: "b" }, value: 9 },
  ]);
  expect(histogram?.samples).toEqual([
    { name: "h_bucket", labels: { le: "1.0" }, value: 2, exemplar: { labels: {}, value: 0.5 } },
    { name: "h_bucket", labels: { le: "+Inf" }, value: 3 },
    { name: "h_sum", labels: {}, value: 4.5 },
    { name: "h_count", labels: {}, value: 3 },
    { name: "h_created", labels: {}, value: 9 },
  ]);
});

it("resolves the spans and deltas of a native histogram", () => {
  const histogram = message(
    7,
    number(1, 13),
    double(2, 100),
    signed(5, 3),
    double(6, 2 ** -128),
    number(7, 2),
    span(9, -4, 1),
    // Packed.
    message(10, zigzag(1)),
    span(12, -2, 2),
    span(12, 3, 1),
    signed(13, 4),
    signed(13, -1),
    signed(13, 0),
    message(15, number(1, 9)),
    message(16, double(2, 0.5), message(3, number(1, 8))),
  );
  expect(read(family("h", 4, metric(label("a", "b"), histogram)))[0]?.samples).toEqual([
    {
      name: "h",
      labels: { a: "b" },
      value: 13,
      native: {
        schema: 3,
        zeroThreshold: 2 ** -128,
        zeroCount: 2,
        count: 13,
        sum: 100,
        positive: [
          [-2, 4],
          [-1, 3],
          [3, 3],
        ],
        negative: [[-4, 1]],
        createdSeconds: 9,
        exemplars: [{ labels: {}, value: 0.5, timestampSeconds: 8 }],
      },
    },
  ]);
});

it("knows an empty native histogram by its span without buckets, and one of floats by its counts", () => {
  const [empty, float] = read(
    family("e", 4, metric(message(7, span(12, 0, 0)))),
    family("f", 5, metric(message(7, double(4, 2.5), span(12, 1, 1), message(14, doubleBytes(2.5))))),
  );
  expect(empty?.samples[0]?.native).toMatchObject({ count: 0, positive: [] });
  expect(float).toMatchObject({ type: "gaugehistogram" });
  expect(float?.samples[0]?.native).toMatchObject({ count: 2.5, positive: [[1, 2.5]] });
});

it("puts a histogram that is both native and classic in both", () => {
  const histogram = message(7, number(1, 1), number(7, 1), message(3, number(1, 1), double(2, 1)));
  expect(read(family("h", 4, metric(histogram)))[0]?.samples.map(({ name }) => name)).toEqual([
    "h",
    "h_bucket",
    "h_bucket",
    "h_sum",
    "h_count",
  ]);
});

it("skips fields it does not know, and finds name and type behind the metrics", () => {
  const value = metric(message(2, double(1, 1), number(99, 1), double(98, 1)), [...varint((97 << 3) | 5), 0, 0, 0, 0]);
  const body = [value, string(96, "new"), number(3, 1), string(1, "g")].flat();
  expect(read([...varint(body.length), ...body])).toEqual([
    { name: "g", type: "gauge", samples: [{ name: "g", labels: {}, value: 1 }] },
  ]);
});

describe("refuses", () => {
  const gauge = (...parts: number[][]): number[] => metric(...parts, message(2, double(1, 1)));
  const histogram = (...parts: number[][]): number[] => family("h", 4, metric(message(7, ...parts)));
  const bucket = (count: number, bound: number): number[] => message(3, number(1, count), double(2, bound));
  it.each([
    ["a length beyond the end", [5, 1]],
    ["a length cut short", [0x80]],
    ["a number of eleven bytes", [12, 8, ...Array.from({ length: 11 }, () => 0x80)]],
    ["the field number 0", [2, 0, 0]],
    ["a group", [1, 0x0b]],
    ["a field beyond its message", [2, 0x0a, 5, ...family("g", 1)]],
    ["a number beyond its message", [2, 0x18, 0x80, 1, 0]],
    ["another wire type", [2, 0x08, 1]],
    ["text that is not UTF-8", [3, 0x0a, 1, 0xff]],
    ["a family without a name", family("", 1)],
    ["an unknown type", family("g", 6)],
    ["a family twice", [...family("g", 1), ...family("g", 1)]],
    ["a metric without its value", family("g", 1, metric(message(3, double(1, 1))))],
    [
      "a series twice",
      family("g", 1, gauge(label("a", "b"), label("c", "d")), gauge(label("c", "d"), label("a", "b"))),
    ],
    ["a label twice", family("g", 1, gauge(label("a", "b"), label("a", "c")))],
    ["a label without a name", family("g", 1, gauge(label("", "b")))],
    ["the label __name__", family("g", 1, gauge(label("__name__", "b")))],
    ["le on a histogram", family("h", 4, metric(label("le", "1"), message(7, number(1, 1))))],
    ["buckets out of order", histogram(number(1, 2), bucket(1, 2), bucket(2, 1))],
    ["a bucket at NaN", histogram(number(1, 2), bucket(1, NaN))],
    ["bucket counts that fall", histogram(number(1, 2), bucket(2, 1), bucket(1, 2))],
    ["another count in +Inf", histogram(number(1, 2), bucket(1, Infinity))],
    ["a schema out of range", histogram(signed(5, 9), number(7, 1), number(1, 1))],
    ["spans and deltas that disagree", histogram(number(1, 1), span(12, 0, 2), signed(13, 1))],
    ["a span that goes back", histogram(number(1, 2), span(12, 0, 1), span(12, -1, 1), signed(13, 1), signed(13, 0))],
    ["a negative bucket count", histogram(number(1, 1), span(12, 0, 1), signed(13, -1))],
    ["buckets that do not add up", histogram(number(1, 2), span(12, 0, 1), signed(13, 1))],
  ])("%s", (_, bytes) => {
    expect(() => read(bytes)).toThrow(ParseError);
    expect(() => read(bytes)).toThrow(expect.objectContaining({ offset: expect.any(Number), line: undefined }));
  });
});

it("never fails in another way, whatever byte is wrong or missing", () => {
  const whole = family("h", 4, metric(label("a", "b"), message(7, number(1, 2), span(12, 0, 1), signed(13, 2))));
  for (let at = 0; at < whole.length; at++) {
    for (const bytes of [whole.slice(0, at), ...[0, 1, 0x7f, 0x80, 0xff].map((byte) => whole.with(at, byte))]) {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }
  }
});
