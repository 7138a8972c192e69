/**
 * What metric types and line-based formats of your own are built of: a table of series that hands out slots, and the writer
 * that keeps the lines of a family as bytes and changes only what the series changed.
 *
 * @module
 */
export { FormatWriter } from "./exposition/format-writer.ts";
export type { Format } from "./exposition/format.ts";
export type { Line, LineFormat, Part } from "./exposition/line-format.ts";
export { linesOf } from "./exposition/lines.ts";
export type { Naming } from "./exposition/series-text.ts";
export type { Exemplar, Family, Sample } from "./family.ts";
export { bucketSamples, countInBucket, readBuckets } from "./metrics/buckets.ts";
export { SlidingQuantiles } from "./metrics/sliding-quantiles.ts";
export { absentLabel } from "./series/absent-label.ts";
export { SeriesTable } from "./series/series-table.ts";
