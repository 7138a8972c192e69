import { type Aggregation, aggregationsOf } from "../aggregation.ts";
import type { Family, MetricType, Sample } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import { checkAggregation, checkLabelNames, checkMetricName, quote } from "../metrics/declaration.ts";

/** A family without its series. */
export interface FamilyDescription {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit: string | undefined;
  readonly aggregation: Aggregation;
  readonly labelNames: readonly string[];
  readonly samples: readonly Sample[];
  /** Whether its series have native histograms. */
  readonly native: boolean;
}

/** Describes a family. Quantiles stay only where each process has its own series: they cannot be added up. */
export function describe(family: Family): FamilyDescription {
  const aggregation = family.aggregation ?? aggregationsOf(family.type)[0]!;
  const isKept = (sample: Sample): boolean => sample.kind !== "quantile" || aggregation === "perWorker";
  const { name, help, type, unit, series, native } = family;
  const samples = family.samples.filter(isKept);
  return { name, help, type, unit, aggregation, labelNames: series.labelNames, samples, native: native !== undefined };
}

/** Whether numbers of families so described can be added up. Texts may differ. */
export function isSameShape(a: FamilyDescription, b: FamilyDescription): boolean {
  return (
    a.name === b.name &&
    a.type === b.type &&
    a.native === b.native &&
    a.aggregation === b.aggregation &&
    isSame(a.labelNames, b.labelNames) &&
    isSame(a.samples.map(textOf), b.samples.map(textOf))
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function textOf(sample: Sample): string {
  return Object.values(sample).join(" ");
}

const samplesOf: Readonly<Record<MetricType, readonly Sample["kind"][]>> = {
  counter: ["value"],
  gauge: ["value"],
  unknown: ["value"],
  info: ["value"],
  stateset: ["state"],
  histogram: ["bucket", "sum", "count"],
  gaugehistogram: ["bucket", "sum", "count"],
  summary: ["quantile", "sum", "count"],
};

const mostSamples = 10_000;

/** Throws a `MetricsError` if no metric could be declared so: what came from another process may be anything. */
export function checkDescription({ name, type, samples, labelNames, aggregation }: FamilyDescription): void {
  checkMetricName(name, "utf8");
  checkLabelNames(name, labelNames, [], "utf8");
  checkAggregation(name, aggregation, type, labelNames);
  const kinds = samplesOf[type];
  const isWrong =
    samples.length === 0 ||
    samples.length > (kinds[0] === "value" ? 1 : mostSamples) ||
    samples.some((sample) => !kinds.includes(sample.kind));
  if (isWrong) throw new MetricsError("invalid_value", `${quote(name)}: its samples do not suit the type ${type}.`);
}
