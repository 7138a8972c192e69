import { fitsMatchers } from "../label-matcher.ts";
import type { WireAsk, WireLine, WirePlot } from "../wire.ts";
import type { FamilyHistory } from "./family-history.ts";
import type { History } from "./history.ts";
import { bucketsAt, increaseAt, kindOf, positionOf, rateAt, valueAt } from "./readings.ts";

/** How many numbers are read for one plot: with more, it begins later. */
const mostReadings = 10_000_000;
/** The top series are those with the highest numbers over so many samples. */
const rankedSamples = 5;

/** A plot of a family as it is asked for. */
export function plotOf(history: History, family: FamilyHistory, ask: WireAsk): WirePlot {
  const fitting = fittingSeries(family, ask);
  const { shown } = ask;
  const isShown = shown !== undefined && shown.epoch === family.epoch && ask.since >= history.first;
  const kind = kindOf(family);
  const plot = { family: family.name, isNew: !isShown, total: family.size, fitting: fitting.length };
  const from = Math.max(isShown ? ask.since : 0, history.first);
  if (kind === "buckets") {
    const samples = Math.ceil(mostReadings / (1 + fitting.length * family.width));
    const start = Math.max(from, history.last - samples);
    return { ...plot, from: start, lines: bucketLines(history, family, fitting, start), shown: shownOf(family, []) };
  }
  const series = isShown ? shown.series : topSeries(history, family, fitting, ask.most);
  const lines = series.flatMap((index) => linesOf(history, family, index, from));
  return { ...plot, from, lines, shown: shownOf(family, series) };
}

function shownOf({ epoch }: FamilyHistory, series: readonly number[]): WirePlot["shown"] {
  return { epoch, series };
}

/** The indexes of the series that fit what is asked for. */
function fittingSeries(family: FamilyHistory, { matchers }: WireAsk): number[] {
  const fitting: number[] = [];
  for (const [index, labels] of family.series.entries()) {
    if (labels !== undefined && fitsMatchers((name) => family.labelOf(index, name), matchers)) fitting.push(index);
  }
  return fitting;
}

/** Those of the highest numbers, the highest first. */
function topSeries(history: History, family: FamilyHistory, series: readonly number[], most: number): number[] {
  const { last } = history;
  const kind = kindOf(family);
  const position = kind === "mean" || kind === "quantiles" ? Math.max(0, positionOf(family, "count")) : 0;
  const isRanked = kind !== "labels" && kind !== "states";
  if (!isRanked) return series.slice(0, most);
  const ranked = series.map((index) => {
    const at = index * family.width + position;
    let rank = 0;
    for (let sample = Math.max(history.first, last - rankedSamples); sample <= last; sample++) {
      const value = kind === "value" ? valueAt(history, family, sample, at) : increaseAt(history, family, sample, at);
      if (!Number.isNaN(value)) rank += Math.abs(value);
    }
    return { index, rank };
  });
  return ranked
    .toSorted((a, b) => b.rank - a.rank || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => index);
}

function linesOf(history: History, family: FamilyHistory, index: number, from: number): WireLine[] {
  const labels = labelsOf(family, index);
  const start = index * family.width;
  const line = (read: (sample: number) => number, more: Readonly<Record<string, string>> = {}): WireLine => ({
    labels: { ...labels, ...more },
    values: valuesOf(history, from, read),
  });
  switch (kindOf(family)) {
    case "rate":
      return [line((sample) => rateAt(history, family, sample, start))];
    case "mean": {
      const [sum, count] = [start + positionOf(family, "sum"), start + positionOf(family, "count")];
      const read = family.type === "gaugehistogram" ? valueAt : increaseAt;
      return [line((sample) => read(history, family, sample, sum) / read(history, family, sample, count))];
    }
    case "quantiles":
    case "states":
      return family.samples.flatMap((sample, position) => {
        const name = sample.kind === "quantile" ? "quantile" : sample.kind === "state" ? family.name : undefined;
        if (name === undefined) return [];
        const value = sample.kind === "quantile" ? String(sample.quantile) : (sample as { state: string }).state;
        return [line((at) => valueAt(history, family, at, start + position), { [name]: value })];
      });
    case "labels":
      return [{ labels, values: [] }];
    default:
      return [line((sample) => valueAt(history, family, sample, start))];
  }
}

function bucketLines(history: History, family: FamilyHistory, series: readonly number[], from: number): WireLine[] {
  const bounds = family.samples.flatMap((sample) => (sample.kind === "bucket" ? [sample.upperBound] : []));
  const columns: (number | null)[][] = bounds.map(() => []);
  for (let sample = from; sample <= history.last; sample++) {
    const seconds = family.type === "gaugehistogram" ? 1 : history.time(sample) - history.time(sample - 1);
    for (const [bucket, count] of bucketsAt(history, family, sample, series).entries()) {
      columns[bucket]!.push(asJson(count / seconds));
    }
  }
  return bounds.map((bound, bucket) => ({ labels: { le: String(bound) }, values: columns[bucket]! }));
}

function labelsOf(family: FamilyHistory, index: number): Record<string, string> {
  const values = family.series[index] ?? [];
  return Object.fromEntries(family.labelNames.map((name, position) => [name, values[position] ?? ""]));
}

/** What is read of each sample from `from` on. */
export function valuesOf(history: History, from: number, read: (sample: number) => number): (number | null)[] {
  const values: (number | null)[] = [];
  for (let sample = from; sample <= history.last; sample++) values.push(asJson(read(sample)));
  return values;
}

/** A number as JSON has it, with as many digits as anybody sees. */
export function asJson(value: number): number | null {
  if (Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : null;
}
