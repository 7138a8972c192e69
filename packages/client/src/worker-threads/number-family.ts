import type { Family } from "../family.ts";
import { describe, type FamilyDescription } from "../parallel/family-description.ts";

/** Describes what threads tell of a family: neither quantiles nor native histograms, which are no numbers in columns. */
export function describeNumbers(family: Family): FamilyDescription {
  const samples = family.samples.filter(({ kind }) => kind !== "quantile");
  return { ...describe(family), samples, native: false };
}

/** A family without what threads do not tell. */
export function numbersOf(family: Family): Family {
  const { samples } = describeNumbers(family);
  const dropped = family.samples.length - samples.length;
  const { native: _, ...rest } = family;
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
