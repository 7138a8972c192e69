import type { Family, FamilySeries, RegistrableMetric, Sample } from "@exporterkit/client";
import type { ParsedFamily, ParsedSample } from "@exporterkit/client/parse";

interface Series {
  readonly labels: ReadonlyMap<string, string>;
  /** By what tells a sample from the others of its series. */
  readonly values: Map<string, number>;
}

/**
 * A family that was read, as a metric that can be exposed again. Labels that some series lack are empty there. Where series have
 * different buckets, each gets those of the others, with what is known of them: the count of the bucket below, and all of the
 * last.
 */
export function parsedMetric({ name, type, help = "", samples }: ParsedFamily): RegistrableMetric {
  const shape = shapeOf(name, type, samples);
  const rows = seriesOf(name, type, samples);
  const labelNames = [...new Set(rows.flatMap(({ labels }) => [...labels.keys()]))];
  const keys = shape.map(keyOf);
  const family: Family = {
    name,
    type,
    help,
    samples: shape,
    series: fixedSeries(
      labelNames,
      rows.map(({ labels }) => labelNames.map((label) => labels.get(label) ?? "")),
    ),
    startUnknown: true,
    read(slot, values) {
      const row = rows[slot]!.values;
      let below = 0;
      for (const [i, key] of keys.entries()) {
        const sample = shape[i]!;
        const counted = sample.kind === "bucket" && sample.upperBound === Infinity ? row.get("count") : undefined;
        values[i] = row.get(key) ?? counted ?? (sample.kind === "bucket" ? below : NaN);
        below = values[i];
      }
    },
  };
  return { name, family, reset() {} };
}

/** A text that is the same for the same labels, in whatever order they stand. */
export function labelsKey(labels: Readonly<Record<string, string>>): string {
  const given = Object.entries(labels).filter(([, value]) => value !== "");
  return JSON.stringify(given.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function shapeOf(name: string, type: ParsedFamily["type"], samples: readonly ParsedSample[]): Sample[] {
  if (type !== "histogram" && type !== "summary") return [{ kind: "value" }];
  const kinds = new Map(
    samples.map((sample) => sampleOf(name, type, sample)).map((kind) => [keyOf(kind), kind] as const),
  );
  // Without the last bucket Prometheus works out no quantile.
  const last: Sample = { kind: "bucket", upperBound: Infinity };
  if (type === "histogram") kinds.set(keyOf(last), last);
  return [...kinds.values()].toSorted((a, b) => rank(a) - rank(b));
}

function rank(sample: Sample): number {
  if (sample.kind === "bucket") return sample.upperBound === Infinity ? Number.MAX_VALUE : sample.upperBound;
  if (sample.kind === "quantile") return sample.quantile;
  return Infinity;
}

function sampleOf(name: string, type: ParsedFamily["type"], { name: full, labels }: ParsedSample): Sample {
  if (full === `${name}_sum`) return { kind: "sum" };
  if (full === `${name}_count`) return { kind: "count" };
  if (type === "histogram") return { kind: "bucket", upperBound: parseBound(labels["le"]) };
  if (type === "summary") return { kind: "quantile", quantile: parseBound(labels["quantile"]) };
  return { kind: "value" };
}

function parseBound(text: string | undefined): number {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}

function keyOf(sample: Sample): string {
  if (sample.kind === "bucket") return `le ${sample.upperBound}`;
  if (sample.kind === "quantile") return `quantile ${sample.quantile}`;
  return sample.kind;
}

function seriesOf(name: string, type: ParsedFamily["type"], samples: readonly ParsedSample[]): Series[] {
  const found = new Map<string, Series>();
  for (const sample of samples) {
    const labels = new Map(Object.entries(sample.labels));
    if (type === "histogram") labels.delete("le");
    if (type === "summary") labels.delete("quantile");
    const key = labelsKey(Object.fromEntries(labels));
    const series = found.get(key) ?? { labels, values: new Map<string, number>() };
    series.values.set(keyOf(sampleOf(name, type, sample)), sample.value);
    found.set(key, series);
  }
  return [...found.values()];
}

function fixedSeries(labelNames: readonly string[], rows: readonly (readonly string[])[]): FamilySeries {
  return {
    labelNames,
    end: rows.length,
    epoch: 0,
    overflowed: 0,
    isLive: (slot) => slot < rows.length,
    labelValue: (slot, position) => rows[slot]![position]!,
    createdSeconds: () => NaN,
  };
}
