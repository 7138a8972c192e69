import type { Family, MetricType, RegistrableMetric, Sample } from "@exporterkit/client";

/** One series of a family, with its labels in the order of the family's. */
export interface FamilyRow {
  readonly labels: readonly string[];
  /** Of a histogram the sum. */
  readonly value: number;
  /** Of a histogram: cumulative, the last with the bound Infinity. */
  readonly buckets?: readonly (readonly [number, number])[] | undefined;
}

/** What a family is. */
export interface FamilyDeclaration {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit?: string | undefined;
  readonly labelNames: readonly string[];
}

/**
 * A family of series that were found, as a metric that can be registered. Where histograms have different buckets, each gets those
 * of the others, with the count of the bucket below.
 */
export function foundFamily(declaration: FamilyDeclaration, rows: readonly FamilyRow[]): RegistrableMetric {
  const { name, help, type, unit, labelNames } = declaration;
  const bounds = [...new Set(rows.flatMap(({ buckets = [] }) => buckets.map(([bound]) => bound)))].toSorted(
    (a, b) => a - b,
  );
  const samples: Sample[] =
    type === "histogram"
      ? [...bounds.map((upperBound) => ({ kind: "bucket", upperBound }) as const), { kind: "sum" }, { kind: "count" }]
      : [{ kind: "value" }];
  const family: Family = {
    name,
    help,
    type,
    ...(unit !== undefined && { unit }),
    samples,
    startUnknown: true,
    series: {
      labelNames,
      end: rows.length,
      epoch: 0,
      overflowed: 0,
      isLive: (slot) => slot < rows.length,
      labelValue: (slot, position) => rows[slot]!.labels[position]!,
      createdSeconds: () => NaN,
    },
    read(slot, values) {
      const { value, buckets = [] } = rows[slot]!;
      if (type !== "histogram") {
        values[0] = value;
        return;
      }
      let below = 0;
      let next = 0;
      for (const [i, bound] of bounds.entries()) {
        if (buckets[next]?.[0] === bound) below = buckets[next++]![1];
        values[i] = below;
      }
      values[bounds.length] = value;
      values[bounds.length + 1] = below;
    },
  };
  return { name, family, reset() {} };
}
