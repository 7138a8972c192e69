import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregationsOf } from "../aggregation.ts";
import type { Exemplar, MetricType, NativeHistogram, Sample } from "../family.ts";
import type { FamilyDescription } from "../parallel/family-description.ts";
import type { Report } from "../parallel/report.ts";
import { absentLabel } from "../series/absent-label.ts";
import { FrameReader, FrameSplitter, longestFrame } from "./frames.ts";
import { ReportReader } from "./report-reader.ts";
import { ReportWriter } from "./report-writer.ts";

/** A report that keeps what it is told. */
class Told implements Report {
  readonly calls: unknown[] = [];
  readonly #widths = new Map<number, number>();

  family(family: number, description: FamilyDescription): void {
    this.#widths.set(family, description.samples.length);
    this.calls.push(["family", family, description]);
  }
  removeFamily(family: number): void {
    this.calls.push(["removeFamily", family]);
  }
  series(...told: Parameters<Report["series"]>): void {
    this.calls.push(["series", ...told]);
  }
  removeSeries(...told: Parameters<Report["removeSeries"]>): void {
    this.calls.push(["removeSeries", ...told]);
  }
  row(family: number, slot: number, values: Float64Array, offset: number, native: NativeHistogram | undefined): void {
    const row = [...values.subarray(offset, offset + this.#widths.get(family)!)];
    this.calls.push(["row", family, slot, row, native]);
  }
  exemplar(...told: Parameters<Report["exemplar"]>): void {
    this.calls.push(["exemplar", ...told]);
  }
}

/** Everything that is not the same number is another, zeros with a sign aside. */
const number = fc.double().map((value) => (value === 0 ? 0 : value));
const slot = fc.nat(30);
const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((given) => given.toWellFormed());
const labelValue = fc.oneof(text, fc.constantFrom(absentLabel, "ÿ", "\uFFFD"));

const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc.constantFrom<Sample>({ kind: "value" }, { kind: "sum" }, { kind: "count" }),
  number.map((upperBound) => ({ kind: "bucket", upperBound }) as const),
  number.map((quantile) => ({ kind: "quantile", quantile }) as const),
  text.map((state) => ({ kind: "state", state }) as const),
);
const description: fc.Arbitrary<FamilyDescription> = fc
  .constantFrom<MetricType>("counter", "gauge", "histogram", "summary", "info", "stateset", "gaugehistogram", "unknown")
  .chain((type) =>
    fc.record({
      name: text,
      help: text,
      type: fc.constant(type),
      unit: fc.option(fc.constant("seconds"), { nil: undefined }),
      aggregation: fc.constantFrom(...aggregationsOf(type)),
      labelNames: fc.array(text, { maxLength: 3 }),
      samples: fc.array(sample, { minLength: 1, maxLength: 4 }),
      native: fc.boolean(),
    }),
  );
const buckets = fc.dictionary(fc.nat(1000).map(String), fc.nat(), { maxKeys: 6 }).map((counts) =>
  Object.entries(counts)
    .map(([index, count]) => [Number(index) - 500, count] as const)
    .toSorted(([a], [b]) => a - b),
);
const native: fc.Arbitrary<NativeHistogram> = fc.record({
  schema: fc.integer({ min: -4, max: 8 }),
  zeroThreshold: fc.double({ min: 0, noNaN: true }).map(Math.abs),
  zeroCount: fc.nat(),
  count: fc.nat(),
  sum: number,
  positive: buckets,
  negative: buckets,
});
const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  labels: fc
    .array(fc.tuple(text, text), { maxLength: 2 })
    .map((pairs) => Object.fromEntries(pairs) as Record<string, string>),
  value: number,
  timestampSeconds: number,
});

/** Calls of a report about two families. */
type Call = (report: Report) => void;
const calls: fc.Arbitrary<Call[]> = fc.tuple(description, description).chain((descriptions) => {
  const described = descriptions.map(
    (each, family): Call =>
      (report) =>
        report.family(family, each),
  );
  const call = fc.constantFrom(0, 1).chain((family): fc.Arbitrary<Call> => {
    const { labelNames, samples, native: hasNative } = descriptions[family];
    const row = fc.array(number, { minLength: samples.length, maxLength: samples.length });
    return fc.oneof(
      fc.tuple(slot, fc.tuple(...labelNames.map(() => labelValue)), number).map(
        ([at, labels, created]) =>
          (report: Report) =>
            report.series(family, at, labels, created),
      ),
      slot.map((at) => (report: Report) => report.removeSeries(family, at)),
      fc
        .tuple(slot, row, hasNative ? native : fc.constant(undefined), fc.nat(5))
        .map(([at, values, histogram, count]) => (report: Report) => {
          // Rows of slots that follow one another share what stands before them.
          for (let i = 0; i <= count; i++) report.row(family, at + i, Float64Array.from([7, ...values]), 1, histogram);
        }),
      fc.tuple(slot, fc.nat(5), exemplar).map(
        ([at, position, given]) =>
          (report: Report) =>
            report.exemplar(family, at, position, given),
      ),
    );
  });
  return fc.array(call, { maxLength: 30 }).map((rest) => [...described, ...rest]);
});

function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (let i = 0; start < bytes.length; i++) {
    const end = start + lengths[i % lengths.length]!;
    yield bytes.slice(start, end);
    start = end;
  }
}

/** Tells `told` what a stream says that arrives in chunks. */
function readAll(bytes: Uint8Array, told: Report, lengths: readonly number[] = [1000]): void {
  const splitter = new FrameSplitter();
  const reader = new ReportReader(told);
  for (const chunk of cut(bytes, lengths)) {
    splitter.push(chunk);
    for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
      expect(reader.read(new FrameReader(frame))).toBe(true);
    }
  }
  expect(splitter.buffered).toBe(0);
}

it("what is written is read as it was told, however the stream is cut", () => {
  fc.assert(
    fc.property(calls, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), (all, lengths) => {
      const [expected, found, writer] = [new Told(), new Told(), new ReportWriter()];
      for (const call of all) {
        call(expected);
        call(writer);
      }
      writer.end();
      readAll(writer.frames.take(), found, lengths);
      expect(found.calls).toEqual(expected.calls);
    }),
  );
});

it("frames of many series stay near 64 KiB", () => {
  const [writer, told] = [new ReportWriter(), new Told()];
  writer.family(1, {
    name: "x",
    help: "",
    type: "gauge",
    unit: undefined,
    aggregation: "sum",
    labelNames: ["a"],
    samples: [{ kind: "value" }],
    native: false,
  });
  for (let i = 0; i < 20_000; i++) writer.series(1, i, [`value ${i}`], 0);
  for (let i = 0; i < 20_000; i++) writer.row(1, i, Float64Array.of(i), 0, undefined);
  writer.end();
  const bytes = writer.frames.take();
  const splitter = new FrameSplitter();
  splitter.push(bytes);
  const lengths: number[] = [];
  for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) lengths.push(frame.length);
  expect(Math.max(...lengths)).toBeLessThan(65 * 1024);
  expect(lengths.length).toBeLessThan(20);
  readAll(bytes, told);
  expect(told.calls).toHaveLength(40_001);
});

describe("malformed bytes", () => {
  it("throw an error, or are read as something, and do no more", () => {
    fc.assert(
      fc.property(calls, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), (all, damages) => {
        const writer = new ReportWriter();
        for (const call of all) call(writer);
        writer.end();
        const bytes = writer.frames.take();
        for (const [position, byte] of damages) bytes[position % bytes.length] = byte;
        const splitter = new FrameSplitter();
        splitter.push(bytes);
        const reader = new ReportReader(new Told());
        try {
          for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
            reader.read(new FrameReader(frame));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it("that say that a family without samples has four billion rows are refused", () => {
    const [writer, told] = [new ReportWriter(), new Told()];
    const described = { name: "x", help: "", type: "gauge", unit: undefined, aggregation: "sum" } as const;
    writer.family(1, { ...described, labelNames: [], samples: [], native: false });
    writer.row(1, 0, new Float64Array(0), 0, undefined);
    writer.end();
    const bytes = writer.frames.take();
    bytes.fill(0xff, bytes.length - 4);
    expect(() => readAll(bytes, told)).toThrow("a family without samples has rows");
    expect(told.calls).toHaveLength(1);
  });

  it.each([0, longestFrame + 1, 0xffffffff])("with a length of %d are refused", (length) => {
    const splitter = new FrameSplitter();
    const head = Buffer.alloc(4);
    head.writeUInt32LE(length);
    splitter.push(head);
    expect(() => splitter.next()).toThrow(`its length is ${length}`);
  });
});
