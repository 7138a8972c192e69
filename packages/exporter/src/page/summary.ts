/** A small plot on top of the live page, as data. It is shown where one of its metrics is collected. */
export interface SummaryPlot {
  /** What it shows, in a word or two. */
  readonly title: string;
  /** Default: what the name of the first metric ends in. */
  readonly unit?: SummaryUnit | undefined;
  /** Its lines; the last value of the first is shown large. */
  readonly lines: readonly SummaryLine[];
}

/** The unit of a summary's numbers. A rate is in the unit by the second; `percent` goes to 100, `ratio` to 1. */
export type SummaryUnit = "bytes" | "seconds" | "ratio" | "percent" | "celsius" | "volts" | "none";

/** Series of one metric that become one number: counters and histograms by their rate by the second, others as they are. */
export interface SummarySeries {
  /** The name of the metric family, as Prometheus sees it. */
  readonly metric: string;
  /** Values by label; a series must have one of them. `*` stands for any characters. Default: every series. */
  readonly where?: LabelValues | undefined;
  /** Values by label that a series must not have. Default: none. */
  readonly except?: LabelValues | undefined;
  /**
   * A label that tells views of the same things apart, which must not be added up: only those series count that have the
   * first of its values in the order of the alphabet. Default: none.
   */
  readonly firstOf?: string | undefined;
  /** What several series become. Default: their sum. */
  readonly combine?: "sum" | "average" | "max" | undefined;
}

/** One line of a summary. */
export interface SummaryLine extends SummarySeries {
  /** What it is called beside others. Default: the metric's name. */
  readonly label?: string | undefined;
  /** Of a histogram, the quantile to show, from 0 to 1, in place of the rate of its observations. */
  readonly quantile?: number | undefined;
  /** What the number is divided by, such as all requests where the line counts those that failed. */
  readonly over?: SummarySeries | undefined;
}

/** Values by label. */
export type LabelValues = Readonly<Record<string, string | readonly string[]>>;
