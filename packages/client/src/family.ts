import type { Aggregation } from "./aggregation.ts";

/** The type of a metric family, by the names of OpenMetrics. */
export type MetricType =
  | "counter"
  | "gauge"
  | "histogram"
  | "gaugehistogram"
  | "summary"
  | "info"
  | "stateset"
  | "unknown";

/** One sample that every series of a family has. */
export type Sample =
  /** The value of a counter, gauge, info or unknown metric. */
  | { readonly kind: "value" }
  /** The observations that are not above `upperBound`. */
  | { readonly kind: "bucket"; readonly upperBound: number }
  /** The value that a share `quantile` of the observations does not exceed. */
  | { readonly kind: "quantile"; readonly quantile: number }
  /** Whether a state set is in `state`: 1 or 0. */
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "sum" }
  | { readonly kind: "count" };

/** An observation that stands for others, with labels that lead to it, such as a trace ID. */
export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampSeconds: number;
}

/** A histogram whose buckets grow exponentially: bucket `i` ends at `2 ** (2 ** -schema * i)`. */
export interface NativeHistogram {
  /** Resolution: each step doubles the number of buckets between two powers of two. From -4 to 8. */
  readonly schema: number;
  /** Observations of which the absolute value is not above it fall into the zero bucket. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  /** Buckets that are not empty, as index and number of observations, in the order of their indexes. */
  readonly positive: readonly (readonly [index: number, count: number])[];
  /** The same for negative observations. */
  readonly negative: readonly (readonly [index: number, count: number])[];
}

/**
 * Tells readers which series changed since they last looked. Each reader has a bit, its mark, which it clears where it has
 * looked; every change sets all eight.
 */
export interface SeriesTracking {
  /**
   * By slot, the marks of the readers that have not seen what `read` gives. Another array once there is more room; its length
   * and its `byteOffset` are multiples of four.
   */
  readonly dirty: Uint8Array;
  /** By slot, the marks of the readers that have not seen which series is in it now. */
  readonly replaced: Uint8Array;
  /** A mark for a reader that has seen nothing yet; one that has lost its mark comes back as another object. */
  claim(reader: object): number;
  /** Whether the reader still has the mark: with too many readers, the latest takes another's. */
  holds(reader: object, mark: number): boolean;
}

/** The series of a family. Each has a slot, a number from 0; a slot without a series is not live. */
export interface FamilySeries {
  readonly labelNames: readonly string[];
  /** One past the highest slot that was ever in use. */
  readonly end: number;
  /** Goes up whenever a series is removed: until then, what was in a slot is still there. */
  readonly epoch: number;
  /** What changed; undefined where nobody keeps track, and everything has to be looked at. */
  readonly tracking?: SeriesTracking | undefined;
  /** How often a label set went to the overflow series because there were as many series as there may be. */
  readonly overflowed: number;
  isLive(slot: number): boolean;
  /** The value of the label at `position` in `labelNames`, of a live slot. */
  labelValue(slot: number, position: number): string;
  /** When the series in a live slot was created, in seconds since the Unix epoch; `NaN` where that is not known. */
  createdSeconds(slot: number): number;
}

/** A metric family as a format writer sees it. Writers know families and nothing of metrics. */
export interface Family {
  /** As it was declared: a counter's with `_total`, an info's with `_info`. */
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** The unit that the name ends in, such as `seconds`. */
  readonly unit?: string | undefined;
  readonly series: FamilySeries;
  /** Whether its series were made for one scrape alone, so that when they were created says nothing. Default: false. */
  readonly startUnknown?: boolean;
  /** Whether numbers change without being written, as with a window of time that moves on. Default: false. */
  readonly volatile?: boolean | undefined;
  /** How the metrics of several processes become one. Default: by type, see `MetricOptions`. */
  readonly aggregation?: Aggregation | undefined;
  /** The samples of one series, in the order in which they are exposed. */
  readonly samples: readonly Sample[];
  /** The numbers by slot, where a series has one sample and `read` gives what stands here: a shorter way to the same. */
  readonly column?: (() => Float64Array) | undefined;
  /** Writes the values of the series in `slot` to `values`, one to each of `samples`. */
  read(slot: number, values: Float64Array): void;
  /** The exemplar of one sample, by its position in `samples`; undefined also as long as there are none at all. */
  readonly exemplar?: ((slot: number, sample: number) => Exemplar | undefined) | undefined;
  /** The native histogram of a series. */
  readonly native?: ((slot: number) => NativeHistogram) | undefined;
}
