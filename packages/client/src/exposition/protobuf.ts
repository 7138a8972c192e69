import type { Exemplar, Family, NativeHistogram } from "../family.ts";
import { type EscapingScheme, escapeLabelName, escapeMetricName } from "../names.ts";
import { absentLabel } from "../series/absent-label.ts";
import { ByteWriter, copySlack } from "./byte-writer.ts";
import { constantPairs } from "./constant-labels.ts";
import { createdSeconds } from "./created.ts";
import type { Format } from "./format.ts";
import { encodeSpans } from "./native-spans.ts";
import { ProtobufWire } from "./protobuf-wire.ts";
import type { RowFormat } from "./row-format.ts";
import type { Naming } from "./series-text.ts";

/**
 * Delimited protocol buffers: `io.prometheus.client.MetricFamily` messages, each with its length before it.
 *
 * @see https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
export function protobufFormat(naming: Naming): Format {
  return {
    end: new Uint8Array(0),
    sections: (family) => {
      const fields = fieldsOf(family, naming);
      return [{ head: (bodyLength) => headOf(fields, bodyLength), rows: new ProtobufRows(family, naming) }];
    },
  };
}

/** What describes a family in its message. */
function fieldsOf(family: Family, { escaping }: Naming): Uint8Array {
  const wire = new ProtobufWire();
  wire.target = new ByteWriter(256);
  wire.string(1, escapeMetricName(family.name, escaping));
  wire.string(2, family.help);
  wire.uint(3, types[family.type]);
  if (family.unit !== undefined) wire.string(5, family.unit);
  return wire.target.bytes.slice(0, wire.target.end);
}

/** The length of a family's message, and its fields before the metrics. */
function headOf(fields: Uint8Array, bodyLength: number): Uint8Array {
  const wire = new ProtobufWire();
  wire.target = new ByteWriter(fields.length + 10);
  wire.varint(fields.length + bodyLength);
  wire.target.append(fields);
  return wire.target.bytes.subarray(0, wire.target.end);
}

/** The type numbers; info and stateset have none of their own. */
const types: Readonly<Record<Family["type"], number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
  info: 1,
  stateset: 1,
};

/** The metrics of a family: the messages of its series, or of each state of a state set. */
class ProtobufRows implements RowFormat {
  readonly rows: number;
  readonly startKnowsWidth = true;
  readonly showsDigits = false;
  readonly numbers: Float64Array;
  /** By position, the labels of the series. */
  readonly #labelNames: readonly string[];
  /** The constant labels of series that have every label. */
  readonly #constants: readonly (readonly [name: string, value: string])[];
  readonly #escaping: EscapingScheme;
  readonly #naming: Naming;
  readonly #wire = new ProtobufWire();
  /** The labels of a row, whose length has to be known before they are written. */
  readonly #labelFields = new ByteWriter(256);
  readonly #values: Float64Array;
  #family: Family | undefined;
  #slot = 0;

  constructor(family: Family, naming: Naming) {
    const { escaping } = naming;
    this.rows = family.type === "stateset" ? family.samples.length : 1;
    this.numbers = new Float64Array(this.rows).fill(NaN);
    this.#values = new Float64Array(family.samples.length);
    this.#escaping = escaping;
    this.#labelNames = family.series.labelNames.map((name) => escapeLabelName(name, escaping));
    this.#naming = naming;
    this.#constants = this.#constantsBeside(family, family.series.labelNames);
  }

  column(): undefined {}

  writeNumber(): void {}

  take(family: Family, slot: number): void {
    this.#family = family;
    this.#slot = slot;
    family.read(slot, this.#values);
  }

  release(): void {
    this.#family = undefined;
  }

  has(): boolean {
    return true;
  }

  writeStart(row: number, width: number, to: ByteWriter): void {
    const wire = this.#wire;
    const { series, samples, name: familyName } = this.#family!;
    wire.target = this.#labelFields;
    wire.target.end = 0;
    let constants = this.#constants;
    for (let i = 0; i < this.#labelNames.length; i++) {
      const value = series.labelValue(this.#slot, i);
      if (value !== absentLabel) writeLabel(wire, this.#labelNames[i]!, value);
      else constants = this.#constantsBesideThose(this.#slot);
    }
    for (const [name, value] of constants) writeLabel(wire, name, value);
    const state = samples[row];
    if (state?.kind === "state") writeLabel(wire, escapeLabelName(familyName, this.#escaping), state.state);
    wire.target = to;
    wire.varint(4 * 8 + 2);
    wire.varint(this.#labelFields.end + width);
    this.#labelFields.reserve(copySlack);
    to.copy(this.#labelFields.view, 0, this.#labelFields.end);
  }

  #constantsBesideThose(slot: number): readonly (readonly [name: string, value: string])[] {
    const { series } = this.#family!;
    return this.#constantsBeside(
      this.#family!,
      series.labelNames.filter((_, i) => series.labelValue(slot, i) !== absentLabel),
    );
  }

  #constantsBeside(family: Family, labelNames: readonly string[]): readonly (readonly [name: string, value: string])[] {
    const pairs = constantPairs(family, labelNames, this.#naming.constantLabels);
    return pairs.map(([name, value]) => [escapeLabelName(name, this.#escaping), value] as const);
  }

  writeValue(row: number, to: ByteWriter): void {
    this.#wire.target = to;
    writeValue(this.#wire, this.#family!, this.#slot, row, this.#values);
  }
}

function writeLabel(wire: ProtobufWire, name: string, value: string): void {
  wire.message(1, () => {
    wire.string(1, name);
    wire.string(2, value);
  });
}

function writeValue(wire: ProtobufWire, family: Family, slot: number, sample: number, values: Float64Array): void {
  const created = family.type === "gaugehistogram" ? NaN : createdSeconds(family, slot);
  switch (family.type) {
    case "counter":
      wire.message(3, () => {
        wire.double(1, values[0]!);
        const exemplar = family.exemplar?.(slot, 0);
        if (exemplar !== undefined) wire.message(2, () => writeExemplar(wire, exemplar));
        writeCreated(wire, 3, created);
      });
      break;
    case "summary":
      wire.message(4, () => writeSummary(wire, family, values, created));
      break;
    case "histogram":
    case "gaugehistogram":
      wire.message(7, () => writeHistogram(wire, family, slot, values, created));
      break;
    case "unknown":
      wire.message(5, () => wire.double(1, values[0]!));
      break;
    default:
      wire.message(2, () => wire.double(1, values[sample]!));
  }
}

function writeSummary(wire: ProtobufWire, { samples }: Family, values: Float64Array, created: number): void {
  for (const [i, sample] of samples.entries()) {
    if (sample.kind === "count") wire.uint(1, values[i]!);
    else if (sample.kind === "sum") wire.double(2, values[i]!);
    else if (sample.kind === "quantile") {
      wire.message(3, () => {
        wire.double(1, sample.quantile);
        wire.double(2, values[i]!);
      });
    }
  }
  writeCreated(wire, 4, created);
}

function writeHistogram(wire: ProtobufWire, family: Family, slot: number, values: Float64Array, created: number): void {
  for (const [i, sample] of family.samples.entries()) {
    if (sample.kind === "count") wire.uint(1, values[i]!);
    else if (sample.kind === "sum") wire.double(2, values[i]!);
    else if (sample.kind === "bucket") {
      const exemplar = family.exemplar?.(slot, i);
      // The count implies the last bucket.
      if (sample.upperBound === Infinity && exemplar === undefined) continue;
      wire.message(3, () => {
        wire.uint(1, values[i]!);
        wire.double(2, sample.upperBound);
        if (exemplar !== undefined) wire.message(3, () => writeExemplar(wire, exemplar));
      });
    }
  }
  const native = family.native?.(slot);
  if (native !== undefined) writeNative(wire, native);
  writeCreated(wire, 15, created);
}

function writeNative(wire: ProtobufWire, native: NativeHistogram): void {
  wire.sint(5, native.schema);
  wire.double(6, native.zeroThreshold);
  wire.uint(7, native.zeroCount);
  writeBuckets(wire, 9, native.negative);
  writeBuckets(wire, 12, native.positive);
  // Without any of these a histogram would read as a classic one.
  const empty = native.positive.length + native.negative.length === 0;
  if (empty && native.zeroThreshold === 0 && native.zeroCount === 0) wire.message(12, () => writeSpan(wire, 0, 0));
}

/** Spans in one field and deltas in the next. */
function writeBuckets(wire: ProtobufWire, field: number, buckets: NativeHistogram["positive"]): void {
  const { spans, deltas } = encodeSpans(buckets);
  for (const { offset, length } of spans) wire.message(field, () => writeSpan(wire, offset, length));
  for (const delta of deltas) wire.sint(field + 1, delta);
}

function writeSpan(wire: ProtobufWire, offset: number, length: number): void {
  wire.sint(1, offset);
  wire.uint(2, length);
}

function writeExemplar(wire: ProtobufWire, { labels, value, timestampSeconds }: Exemplar): void {
  for (const [name, text] of Object.entries(labels)) writeLabel(wire, name, text);
  wire.double(2, value);
  wire.message(3, () => writeTimestamp(wire, timestampSeconds));
}

/** The created timestamp, where it is known. */
function writeCreated(wire: ProtobufWire, field: number, created: number): void {
  if (!Number.isNaN(created)) wire.message(field, () => writeTimestamp(wire, created));
}

function writeTimestamp(wire: ProtobufWire, seconds: number): void {
  const whole = Math.floor(seconds);
  wire.uint(1, whole);
  wire.uint(2, Math.floor((seconds - whole) * 1e9));
}
