import type { ParsedFamily } from "@exporterkit/client/parse";

/** How a family is drawn. */
export type ExposedKind = "counter" | "gauge" | "timestamp" | "histogram" | "gaugehistogram" | "summary" | "info";

/** A family of an exposition, as Prometheus has it once it was scraped. */
export interface ExposedFamily {
  readonly kind: ExposedKind;
  /** The name that its series begin with: of a counter with `_total`, of an info with `_info`, of a histogram without suffix. */
  readonly name: string;
  /** The name without `_total`, which may end in a unit. */
  readonly baseName: string;
  readonly help: string | undefined;
  /** The number of its series; buckets and quantiles of one label set are one. */
  readonly seriesCount: number;
  /** The values of each label, without those that its type brings. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** The label sets, as values in the order of `labels`; undefined where a series lacks one. */
  readonly labelSets: readonly (readonly (string | undefined)[])[];
  /** The suffixes of its samples. */
  readonly suffixes: ReadonlySet<string>;
}

const namePattern = /^[a-z_:][\w:]*$/i;
// Prometheus calls what a target says of itself so.
const renamed = new Map([
  ["job", "exported_job"],
  ["instance", "exported_instance"],
]);

/** The families that can be drawn: with samples, names that every Prometheus takes, and not the `_created` of others. */
export function exposedFamilies(families: readonly ParsedFamily[]): ExposedFamily[] {
  const names = new Set(families.map(({ name }) => name));
  return families.flatMap((family) => {
    const created = /^(.+)_created$/.exec(family.name)?.[1];
    const isCreated = created !== undefined && (names.has(created) || names.has(`${created}_total`));
    return isCreated || family.samples.length === 0 ? [] : exposedFamily(family);
  });
}

function exposedFamily(family: ParsedFamily): ExposedFamily[] {
  const samples = family.samples.filter(({ name }) => !name.endsWith("_created") || name === family.name);
  const kind = kindOf(family);
  const isWhole = /^(?:histogram|gaugehistogram|summary)$/.test(kind);
  const name = isWhole ? family.name : (samples[0]?.name ?? family.name);
  const typeLabel = kind === "summary" ? "quantile" : isWhole ? "le" : undefined;
  const labels = new Map<string, Set<string>>();
  const sets = new Map<string, Readonly<Record<string, string>>>();
  for (const sample of samples) {
    const own: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [label, value] of Object.entries(sample.labels)) {
      if (label === typeLabel) continue;
      const known = renamed.get(label) ?? label;
      own[known] = value;
      const values = labels.get(known) ?? new Set();
      labels.set(known, values.add(value));
    }
    sets.set(JSON.stringify(Object.entries(own)), own);
  }
  if (![name, ...labels.keys()].every((each) => namePattern.test(each))) return [];
  return [
    {
      kind,
      name,
      baseName: name.replace(/_total$/, ""),
      help: family.help,
      seriesCount: sets.size,
      labels,
      labelSets: Array.from(sets.values(), (own) => Array.from(labels.keys(), (label) => own[label])),
      suffixes: new Set(samples.map((sample) => sample.name.slice(name.length))),
    },
  ];
}

function kindOf({ name, type, samples }: ParsedFamily): ExposedKind {
  const isOne = samples.every(({ value }) => value === 1);
  switch (type) {
    case "counter":
    case "histogram":
    case "gaugehistogram":
    case "summary":
    case "info":
      return type;
    case "stateset":
      return "gauge";
    default:
      if (type === "unknown" && name.endsWith("_total")) return "counter";
      if (name.endsWith("_info") && isOne) return "info";
      return /_(?:timestamp|time)(?:_seconds)?$/.test(name) && samples.every(({ value }) => value === 0 || value > 1e8)
        ? "timestamp"
        : "gauge";
  }
}
