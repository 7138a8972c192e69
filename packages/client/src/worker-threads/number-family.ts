import type { Family } from "../family.ts";
import { describe, type FamilyDescription } from "../parallel/family-description.ts";
import { SeriesTable } from "../series/series-table.ts";

/**
 * Describes what threads tell of a family: no quantiles, which are no numbers in columns, and no native histograms without a
 * limit, for which no room can be set aside.
 */
export function describeNumbers(family: Family): FamilyDescription {
  const samples = family.samples.filter(({ kind }) => kind !== "quantile");
  const { series } = family;
  return { ...describe(family), samples, native: series instanceof SeriesTable && series.maxNativeBuckets > 0 };
}

/** A family without what threads do not tell. */
export function numbersOf(family: Family): Family {
  const { samples, native } = describeNumbers(family);
  const dropped = family.samples.length - samples.length;
  const rest: Family = { ...family, native: native ? family.native : undefined };
  if (dropped === 0) return rest;
  const all = new Float64Array(family.samples.length);
  return {
    ...rest,
    samples,
    // Quantiles stand before the others.
    read: (slot, values) => {
      family.read(slot, all);
      values.set(all.subarray(dropped));
    },
  };
}
