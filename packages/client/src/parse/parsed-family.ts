import type { MetricType, NativeHistogram } from "../family.ts";

/**
 * The type of a metric family that was read. Text format 0.0.4 and protobuf call `unknown` untyped; `info`, `stateset`
 * and `gaugehistogram` have no name in text format 0.0.4.
 */
export type ParsedType = MetricType;

/** One metric family of an exposition, with its samples in the order in which they stand there. */
export interface ParsedFamily {
  /** As the format writes it: OpenMetrics names a counter without `_total`, the other formats with it. */
  readonly name: string;
  readonly type: ParsedType;
  /** The HELP text, unescaped. Absent where there is none or it is empty. */
  readonly help?: string;
  /** Absent where there is none or it is empty. */
  readonly unit?: string;
  readonly samples: readonly ParsedSample[];
}

/** One sample: a line of a text format, or what would be one. */
export interface ParsedSample {
  /** The family's name and the sample's suffix, such as `_bucket`. */
  readonly name: string;
  /** All labels, `le` and `quantile` among them. The object has no prototype, so every key is a label. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since the epoch, whatever unit the format uses. */
  readonly timestampSeconds?: number;
  readonly exemplar?: ParsedExemplar;
  /** The native histogram of which `value` is the count. Only protobuf carries one. */
  readonly native?: ParsedNativeHistogram;
}

/** A reference from a sample to something outside, such as a trace. */
export interface ParsedExemplar {
  /** The object has no prototype. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampSeconds?: number;
}

/**
 * A native histogram, its spans and deltas resolved.
 *
 * @see https://prometheus.io/docs/specs/native_histograms/
 */
export interface ParsedNativeHistogram extends NativeHistogram {
  /** When counting began, in seconds since the epoch. */
  readonly createdSeconds?: number;
  /** Those that belong to the whole histogram. Absent where there are none. */
  readonly exemplars?: readonly ParsedExemplar[];
}
