import type { Exemplar, Family, NativeHistogram } from "../family.ts";
import { constantPairs } from "./constant-labels.ts";
import { createdSeconds } from "./created.ts";
import { encodeSpans } from "./native-spans.ts";
import { type EscapingScheme, escapeLabelName, escapeMetricName } from "../names.ts";
import { ProtobufWire } from "./protobuf-wire.ts";

/**
 * Delimited protocol buffers: `io.prometheus.client.MetricFamily` messages, each with its length before it.
 *
 * @see https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
export function writeProtobuf(
  families: readonly Family[],
  escaping: EscapingScheme,
  constantLabels: Readonly<Record<string, string>>,
): Uint8Array {
  const wire = new ProtobufWire();
  for (const family of families) {
    const values = new Float64Array(family.samples.length);
    wire.delimited(() => {
      wire.string(1, escapeMetricName(family.name, escaping));
      wire.string(2, family.help);
      wire.uint(3, types[family.type]);
      for (let slot = 0; slot < family.series.end; slot++) {
        if (!family.series.isLive(slot)) continue;
        family.read(slot, values);
        for (const sample of rowsOf(family)) {
          wire.message(4, () => {
            writeLabels(wire, family, slot, sample, escaping, constantLabels);
            writeValue(wire, family, slot, sample, values);
          });
        }
      }
      if (family.unit !== undefined) wire.string(5, family.unit);
    });
  }
  return wire.finish();
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

/** The positions of the samples that are metrics of their own: each state of a state set, else one for the whole series. */
function rowsOf({ type, samples }: Family): number[] {
  return type === "stateset" ? [...samples.keys()] : [0];
}

function writeLabels(
  wire: ProtobufWire,
  family: Family,
  slot: number,
  sample: number,
  escaping: EscapingScheme,
  constantLabels: Readonly<Record<string, string>>,
): void {
  const { labelNames } = family.series;
  const write = (name: string, value: string): void => writeLabel(wire, escapeLabelName(name, escaping), value);
  for (const [i, name] of labelNames.entries()) write(name, family.series.labelValue(slot, i));
  for (const [name, value] of constantPairs(family, constantLabels)) write(name, value);
  const state = family.samples[sample];
  if (state?.kind === "state") write(family.name, state.state);
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
