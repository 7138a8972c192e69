import type { Family, FamilySeries, RegistrableMetric, Registry, Sample } from "@exporterkit/client";
import type { MadeFamily } from "./families.ts";

/** Labels by name. */
export type LabelSet = Readonly<Record<string, string>>;

/** Adds families to a registry, each series with more labels before its own; its own stay where a name is in both. */
export function writeFamilies(registry: Registry, families: readonly MadeFamily[], more: LabelSet): void {
  for (const family of families) registry.registerMetric(metricOf(family, more));
}

function metricOf(
  { name, type, help, labelNames, bounds = [], series }: MadeFamily,
  more: LabelSet,
): RegistrableMetric {
  const added = Object.entries(more).filter(([label]) => !labelNames.includes(label));
  const values = added.map(([, value]) => value);
  const rows = [...series.values()];
  const family: Family = {
    name,
    type,
    help,
    samples: samplesOf(type, bounds),
    series: fixedSeries(
      [...added.map(([label]) => label), ...labelNames],
      rows.map(({ labels }) => [...values, ...labels]),
    ),
    startUnknown: true,
    read(slot, into) {
      const { value } = rows[slot]!;
      if (typeof value === "number") into[0] = value;
      else into.set([...value.buckets, value.count, value.sum, value.count]);
    },
  };
  return { name, family, reset() {} };
}

function samplesOf(type: MadeFamily["type"], bounds: readonly number[]): Sample[] {
  if (type !== "histogram") return [{ kind: "value" }];
  const buckets = [...bounds, Infinity].map((upperBound) => ({ kind: "bucket", upperBound }) as const);
  return [...buckets, { kind: "sum" }, { kind: "count" }];
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
