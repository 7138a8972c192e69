import { fitsPattern } from "../label-matcher.ts";
import { quantileOf } from "../quantile.ts";
import type { LabelValues, SummaryLine, SummaryPlot, SummarySeries } from "../summary.ts";
import type { FamilyHistory } from "./family-history.ts";
import type { History } from "./history.ts";
import { valuesOf } from "./plot-of.ts";
import { bucketBounds, bucketsAt, kindOf, positionOf, rateAt, valueAt } from "./readings.ts";

/** Seconds over which the observations of a quantile are counted. */
const quantileSeconds = 30;

/** The numbers of each line of a summary's plot from a sample on; null where none of its metrics is collected. */
export function summaryValues(
  history: History,
  { lines }: SummaryPlot,
  from: number,
): readonly (readonly (number | null)[])[] | null {
  if (!lines.some(({ metric }) => history.families.has(metric))) return null;
  return lines.map((line) => valuesOf(history, from, readingOf(history, line)));
}

function readingOf(history: History, line: SummaryLine): (sample: number) => number {
  const above = line.quantile === undefined ? combined(history, line) : quantile(history, line, line.quantile);
  if (line.over === undefined) return above;
  const below = combined(history, line.over);
  return (sample) => above(sample) / below(sample);
}

const nothing = (): number => Number.NaN;

function combined(history: History, { metric, combine = "sum", ...rest }: SummarySeries): (sample: number) => number {
  const family = history.families.get(metric);
  if (family === undefined) return nothing;
  const series = seriesOf(family, rest);
  const isRate = kindOf(family) !== "value";
  const position = Math.max(0, positionOf(family, "count"));
  return (sample) => {
    let [sum, max, number] = [0, -Infinity, 0];
    for (const index of series) {
      const value = (isRate ? rateAt : valueAt)(history, family, sample, index * family.width + position);
      if (Number.isNaN(value)) continue;
      sum += value;
      max = Math.max(max, value);
      number++;
    }
    if (number === 0) return Number.NaN;
    return combine === "max" ? max : combine === "average" ? sum / number : sum;
  };
}

function quantile(history: History, line: SummaryLine, share: number): (sample: number) => number {
  const family = history.families.get(line.metric);
  if (family === undefined) return nothing;
  const series = seriesOf(family, line);
  const bounds = bucketBounds(family.samples);
  return (sample) => {
    const counts = bounds.map(() => 0);
    const since = history.time(sample) - quantileSeconds;
    for (let each = sample; each >= history.first && history.time(each) > since; each--) {
      for (const [bucket, count] of bucketsAt(history, family, each, series).entries()) {
        if (!Number.isNaN(count)) counts[bucket]! += count;
      }
    }
    return quantileOf(share, bounds, counts);
  };
}

/** The indexes of the series that a summary is about. */
function seriesOf(
  family: FamilyHistory,
  { where = {}, except = {}, firstOf }: Omit<SummarySeries, "metric">,
): number[] {
  const meant = family.series.flatMap((labels, index) => {
    const fits = (values: LabelValues): ((name: string) => boolean) => {
      return (name) => [values[name]!].flat().some((pattern) => fitsPattern(family.labelOf(index, name), pattern));
    };
    const isMeant = Object.keys(where).every(fits(where)) && !Object.keys(except).some(fits(except));
    return labels !== undefined && isMeant ? [index] : [];
  });
  if (firstOf === undefined) return meant;
  const views = family.series.flatMap((labels, index) =>
    labels === undefined ? [] : [family.labelOf(index, firstOf)],
  );
  const first = views.reduce((least, view) => (view < least ? view : least), views[0] ?? "");
  return meant.filter((index) => family.labelOf(index, firstOf) === first);
}
