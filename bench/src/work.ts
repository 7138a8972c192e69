/** The formats of an exposition. */
export type Format = "text" | "openmetrics" | "protobuf";

/** Labels given at each call: 3 of them, series in random order. `map` is client_golang's `With` in place of `WithLabelValues`. */
interface IncrementWork {
  readonly kind: "inc" | "inc-map";
  readonly series: number;
}

/** Calls of one bound series. */
interface BoundWork {
  readonly kind: "bound-inc" | "observe" | "native-observe";
}

/** Scrapes of a registry with one metric. */
export interface ExpositionWork {
  readonly kind: "exposition";
  readonly metric: "counter" | "histogram";
  readonly series: number;
  /** What is added to a value: small integers, or fractions of 52 random bits, which come out with up to 17 digits. */
  readonly values: "integers" | "floats";
  /** How much of the series changes before each scrape, from 0 to 1. */
  readonly changed: number;
  readonly format: Format;
  /** Whether the registry has two default labels. */
  readonly defaultLabels: boolean;
}

/** The memory that a registry with one metric takes. */
export interface MemoryWork {
  readonly kind: "memory";
  readonly metric: "counter" | "histogram";
  readonly series: number;
}

/** How long a scrape of counters blocks the event loop. */
export interface BlockWork {
  readonly kind: "block";
  readonly series: number;
}

/** A server of counters, 1 % of which change before each answer; or one that answers the same bytes from one buffer. */
export interface HttpWork {
  readonly kind: "http";
  readonly series: number;
  readonly fixed: boolean;
}

/** A cluster whose workers have the same counters, all of which change before each scrape. */
export interface ClusterWork {
  readonly kind: "cluster";
  readonly workers: number;
  readonly series: number;
}

/** What a contender's process is started for; it gets this as JSON in its last argument. */
export type Work = IncrementWork | BoundWork | ExpositionWork | MemoryWork | BlockWork | HttpWork | ClusterWork;

/**
 * What a contender's process answers, as a line of JSON on its standard output, to a number of repetitions on a line of its
 * standard input: the time that they took, and what else the work measures. It answers once unasked when it is ready, or
 * with the reason why it cannot do the work.
 */
export interface Answer {
  readonly nanoseconds?: number;
  readonly error?: string;
  readonly [figure: string]: number | string | undefined;
}
