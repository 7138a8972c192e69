import { quantileOf } from "../quantile.ts";
import type { WireFamily, WireLine } from "../wire.ts";
import type { LegendLine } from "./legend.ts";
import { tellingLabels } from "./legend.ts";

/** Lines whose numbers begin with a sample of some number. */
export interface SampledLines {
  readonly from: number;
  readonly lines: readonly WireLine[];
  /** How many series there are of which these are the top. */
  readonly fitting: number;
}

/** The quantiles that a histogram is shown by. */
const quantiles = [0.99, 0.9, 0.5];
/** Seconds over which observations are counted for them. */
const windowSeconds = 30;

/** The lines of a family's plot. `times` are those of all samples that are kept, of which the first is number `first`. */
export function familyLines(
  family: WireFamily,
  data: SampledLines,
  times: readonly number[],
  first: number,
): LegendLine[] {
  const from = data.from - first;
  if (family.kind === "buckets") {
    const lines = quantileLines(data, times.slice(Math.max(0, from)));
    return lines.map(({ labels, values }) => ({ labels, values: aligned(values, from, times.length) }));
  }
  const isAll = data.fitting <= data.lines.length;
  const telling = isAll ? tellingLabels(data.lines) : Object.keys(data.lines[0]?.labels ?? {});
  return data.lines.map(({ labels, values }) => {
    const pairs = telling.map((name) => [name, labels[name] ?? ""] as const);
    return {
      labels: pairs.length === 0 ? [["", family.kind === "rate" ? "rate" : "value"] as const] : pairs,
      values: aligned(values, from, times.length),
    };
  });
}

/** As many numbers as there are times: those from before a plot begins are not known. */
function aligned(values: readonly (number | null)[], from: number, length: number): (number | null)[] {
  const before = Array.from({ length: Math.max(0, from) }, () => null);
  const known = [...before, ...values.slice(Math.max(0, -from))].slice(0, length);
  return [...known, ...Array.from({ length: length - known.length }, () => null)];
}

/** The upper bounds of a histogram's buckets. */
export function boundsOf(data: SampledLines): number[] {
  return data.lines.map(({ labels }) => (labels["le"] === "Infinity" ? Infinity : Number(labels["le"])));
}

function quantileLines(data: SampledLines, times: readonly number[]): LegendLine[] {
  const bounds = boundsOf(data);
  const columns = data.lines.map(({ values }) => values);
  const counts = bounds.map(() => 0);
  const add = (sample: number, sign: 1 | -1): void => {
    for (const [bucket, column] of columns.entries()) counts[bucket]! += sign * (column[sample] ?? 0);
  };
  const length = columns[0]?.length ?? 0;
  const values: (number | null)[][] = quantiles.map(() => []);
  let oldest = 0;
  for (let sample = 0; sample < length; sample++) {
    add(sample, 1);
    while (times[oldest]! <= times[sample]! - windowSeconds) add(oldest++, -1);
    // What is taken away again leaves a little behind.
    const present = counts.map((count) => (count < 1e-9 ? 0 : count));
    for (const [index, quantile] of quantiles.entries()) {
      const value = quantileOf(quantile, bounds, present);
      values[index]!.push(Number.isNaN(value) ? null : value);
    }
  }
  return quantiles.map((quantile, index) => ({
    labels: [["", `p${quantile * 100}`]],
    values: values[index]!,
  }));
}
