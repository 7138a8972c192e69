import type { Family } from "../family.ts";
import { escapeLabelName } from "../names.ts";

/**
 * The labels that stand in every series of a registry, less those for which the series have a label of their own, be it of a
 * name that becomes the same once it is escaped. `labelNames` are the labels that the series have.
 */
export function constantPairs(
  { name, type }: Family,
  labelNames: readonly string[],
  constantLabels: Readonly<Record<string, string>>,
): [label: string, value: string][] {
  const pairs = Object.entries(constantLabels);
  if (pairs.length === 0) return pairs;
  const own = [...labelNames, ...(type === "stateset" ? [name] : [])];
  const taken = new Set(own.map((label) => escapeLabelName(label, "underscores")));
  return pairs.filter(([label]) => !taken.has(label));
}
