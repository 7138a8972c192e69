/** What a text, number or truth value is to become. See `toNumber()`. */
export type Conversion = "number" | "leading_number" | "ratio" | "date" | "duration" | "bytes";

/** The ways of {@link Conversion}, for schemas. */
export const conversions: readonly Conversion[] = ["number", "leading_number", "ratio", "date", "duration", "bytes"];

/** How a response's body is read. */
export type BodyFormat = "json" | "ndjson" | "xml" | "csv";

/** A body that is to be read. */
export interface BodyOfResponse {
  readonly bytes: Uint8Array;
  readonly format: BodyFormat;
  /** As its Content-Type names it, if it does. */
  readonly charset: string | undefined;
  /** What separates the fields of CSV. */
  readonly delimiter: string;
}

/** A label whose value an expression finds. */
export interface LabelPlan {
  readonly name: string;
  readonly value: string;
  /** Whether it may be missing, and is then left out. */
  readonly isOptional: boolean;
}

/** What expressions make a metric of. */
export interface MetricPlan {
  /** What it is called in the configuration, for messages. */
  readonly name: string;
  readonly kind: "number" | "counter" | "info" | "histogram";
  /** Finds the items that become a series each; undefined where the document is the one item. */
  readonly each: string | undefined;
  /** Finds the value; for histograms `buckets`, `sum` and `count`. */
  readonly values: Readonly<Record<string, string>>;
  readonly labels: readonly LabelPlan[];
  readonly isOptional: boolean;
  readonly conversion: Conversion;
  /** The numbers that texts stand for. */
  readonly map: Readonly<Record<string, number>> | undefined;
  /** What texts stand for that `map` does not have. */
  readonly unmapped: number | undefined;
  readonly maxSeries: number;
  /** Whether each bucket of a histogram counts what is in those below it, too. */
  readonly isCumulative: boolean;
}

/** A body, or the bodies of all pages, and what is to be made of it. */
export interface EvaluationJob {
  readonly bodies: readonly BodyOfResponse[];
  /** Whether the document is the list of all bodies' documents, as of pages. */
  readonly isPaged: boolean;
  readonly metrics: readonly MetricPlan[];
  /** An expression whose text is to be returned, such as the link to the next page. */
  readonly next?: string | undefined;
  /** After how many milliseconds an expression gives up. */
  readonly milliseconds: number;
}

/** One series that was found. */
export interface FoundSeries {
  /** In the order of the plan's labels; "" for one that is left out. */
  readonly labels: readonly string[];
  /** Of a histogram the sum. */
  readonly value: number;
  /** Of a histogram: upper bounds, the last of which is Infinity, each with the count up to it. */
  readonly buckets?: readonly (readonly [number, number])[];
}

/** The series of a metric, or why there are none. */
export type FoundMetric = { readonly series: readonly FoundSeries[] } | { readonly error: string };

/** What a job came to; `error` says why no body could be read. */
export type EvaluationResult =
  | { readonly metrics: readonly FoundMetric[]; readonly next?: string | undefined }
  | { readonly error: string };
