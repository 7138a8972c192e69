import type { SeriesTable } from "./series/series-table.ts";

/** The type of a metric family, as its TYPE line names it. */
export type MetricType = "counter" | "gauge" | "histogram";

/** One sample that every series of a family has, such as the bucket `le="0.5"` of a histogram. */
export interface Sample {
  /** What follows the family's name: empty, `_bucket`, `_sum` or `_count`. */
  readonly suffix: string;
  /** A label of the sample itself, beside those of its series. */
  readonly label?: { readonly name: string; readonly value: string };
}

/** A metric family as a format writer sees it. Writers know families and nothing of metrics. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly series: SeriesTable;
  /** The samples of one series, in the order in which they are exposed. */
  readonly samples: readonly Sample[];
  /** Writes the values of the series in `slot` to `values`, one to each of `samples`. */
  read(slot: number, values: Float64Array): void;
}
