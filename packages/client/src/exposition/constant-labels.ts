import type { Family } from "../family.ts";
import { escapeLabelName } from "../names.ts";

/**
 * The labels that stand in every series of a registry, less those for which the family has a label of its own, be it of a
 * name that becomes the same once it is escaped.
 */
export function constantPairs(
  { name, type, series }: Family,
  constantLabels: Readonly<Record<string, string>>,
): [label: string, value: string][] {
  const pairs = Object.entries(constantLabels);
  if (pairs.length === 0) return pairs;
  const own = [...series.labelNames, ...(type === "stateset" ? [name] : [])];
  const taken = new Set(own.map((label) => escapeLabelName(label, "underscores")));
  return pairs.filter(([label]) => !taken.has(label));
}
