import { isRealNumber, parseDecimalFloat } from "./go-float.ts";
import type { LabelSet } from "./label-sets.ts";
import type { ParsedSample, ParsedType } from "./parsed-family.ts";

/** The suffixes of the samples that a family of each type may have. */
export const sampleSuffixes: Readonly<Record<ParsedType, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  summary: ["", "_count", "_sum", "_created"],
  info: ["_info"],
  stateset: [""],
  unknown: [""],
};

/** The label that tells the samples of one metric apart and is none of the metric's own, if samples of this kind have one. */
export function distinguishingLabel(family: string, type: ParsedType, suffix: string): string | undefined {
  if (type === "stateset") return family;
  if (suffix === "_bucket") return "le";
  return type === "summary" && suffix === "" ? "quantile" : undefined;
}

/** A label that the metrics of a family of this type must not have. */
export function reservedLabel(type: ParsedType): string | undefined {
  if (type === "histogram" || type === "gaugehistogram") return "le";
  return type === "summary" ? "quantile" : undefined;
}

/** What the value of a sample must be and is not; undefined where it is right. */
export function valueFault(type: ParsedType, suffix: string, value: number): string | undefined {
  switch (suffix) {
    case "_total":
      return value >= 0 ? undefined : "a counter's total that is a number and not negative";
    case "_created":
      return Number.isFinite(value) ? undefined : "a created timestamp that is a finite number";
    case "_bucket":
    case "_count":
    case "_gcount":
      return Number.isInteger(value) && value >= 0 ? undefined : "a count that is a whole number and not negative";
    case "_sum":
      return value >= 0 ? undefined : "a sum that is a number and not negative";
    case "_gsum":
      return Number.isNaN(value) ? "a sum that is a number" : undefined;
    case "_info":
      return value === 1 ? undefined : "1, the value of every info sample";
    default:
      if (type === "stateset" && value !== 0 && value !== 1) return "0 or 1 as the value of a state";
      return type === "summary" && value < 0 ? "a quantile's value that is not negative" : undefined;
  }
}

/** The number of a `quantile` label; undefined where it is none from 0 to 1. */
export function parseQuantile(text: string | undefined): number | undefined {
  if (text === undefined || !isRealNumber(text)) return undefined;
  const quantile = Number(text);
  return quantile >= 0 && quantile <= 1 ? quantile : undefined;
}

/** The number of an `le` label; undefined where it is none, or infinity in another spelling than `+Inf`. */
export function parseUpperBound(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bound = parseDecimalFloat(text);
  return bound === undefined || Number.isNaN(bound) || (bound === Infinity && text !== "+Inf") ? undefined : bound;
}

const mostExemplarCodePoints = 128;

/** Whether the names and values of an exemplar's labels are short enough together. */
export function fitsExemplar(labels: LabelSet): boolean {
  let text = "";
  for (const name in labels) text += name + labels[name]!;
  return text.length <= mostExemplarCodePoints || Array.from(text).length <= mostExemplarCodePoints;
}

/** The samples of one metric at one time, as far as they were read. */
export interface MetricPoint {
  timestampSeconds: number | undefined;
  /** The suffixes read, without those of buckets, quantiles and states. */
  readonly suffixes: string[];
  /** The quantiles or states read. */
  readonly members: Set<string | number>;
  /** The upper bound and the count of the last bucket. */
  bound: number | undefined;
  bucketCount: number;
  hasNegativeBound: boolean;
  count: number | undefined;
  sum: number | undefined;
}

/** A point without samples. */
export function emptyPoint(): MetricPoint {
  return {
    timestampSeconds: undefined,
    suffixes: [],
    members: new Set(),
    bound: undefined,
    bucketCount: 0,
    hasNegativeBound: false,
    count: undefined,
    sum: undefined,
  };
}

/** Empties a point for the samples of another time or metric, which is cheaper than a new one. */
export function resetPoint(point: MetricPoint, timestampSeconds: number | undefined): void {
  point.timestampSeconds = timestampSeconds;
  point.suffixes.length = 0;
  if (point.members.size > 0) point.members.clear();
  point.bound = undefined;
  point.bucketCount = 0;
  point.hasNegativeBound = false;
  point.count = undefined;
  point.sum = undefined;
}

/** Adds a sample to its point. Returns what was expected where the sample does not fit in. */
export function addToPoint(
  point: MetricPoint,
  type: ParsedType,
  suffix: string,
  sample: ParsedSample,
  label: string | undefined,
): string | undefined {
  const { value } = sample;
  if (suffix === "_bucket") {
    const bound = parseUpperBound(sample.labels["le"]);
    if (bound === undefined) return "a bucket with an upper bound as its label le";
    if (point.bound !== undefined && bound <= point.bound) return "buckets in rising order of le";
    if (value < point.bucketCount) return "bucket counts that do not fall";
    point.bound = bound;
    point.bucketCount = value;
    if (bound < 0) point.hasNegativeBound = true;
    // A NaN that is observed is counted in the last bucket alone.
    const exemplarValue = sample.exemplar?.value ?? bound;
    if (!(exemplarValue <= bound) && bound !== Infinity) return "an exemplar within its bucket";
    return undefined;
  }
  if (label !== undefined) {
    const member = type === "summary" ? parseQuantile(sample.labels[label]) : sample.labels[label];
    if (member === undefined) {
      return type === "summary" ? "a quantile from 0 to 1 as the label quantile" : `the state as the label ${label}`;
    }
    if (point.members.has(member)) return "each series once";
    point.members.add(member);
    return undefined;
  }
  if (point.suffixes.includes(suffix)) return "each series once";
  point.suffixes.push(suffix);
  if (suffix === "_count" || suffix === "_gcount") point.count = value;
  else if (suffix === "_sum" || suffix === "_gsum") point.sum = value;
  return undefined;
}

/** What a point still lacks or contradicts once all its samples are there. */
export function pointFault(point: MetricPoint, type: ParsedType): string | undefined {
  if (type === "counter") return point.suffixes.includes("_total") ? undefined : "a total beside the created timestamp";
  if (type !== "histogram" && type !== "gaugehistogram") return undefined;
  const { count, sum, hasNegativeBound } = point;
  if (point.bound !== Infinity) return 'a histogram with a bucket le="+Inf"';
  if (count !== undefined && count !== point.bucketCount) return 'a histogram whose count equals its bucket le="+Inf"';
  if ((count === undefined) !== (sum === undefined)) return "a histogram with both a sum and a count, or neither";
  if (type === "histogram" && hasNegativeBound && sum !== undefined)
    return "a histogram with negative buckets and no sum";
  if (sum !== undefined && sum < 0 && !hasNegativeBound) return "a sum that is not negative where no bucket is";
  return undefined;
}
