import type { Family } from "../family.ts";

/** The labels that stand in every series of a registry, less those for which the family has a label of its own. */
export function constantPairs(
  { name, type, series }: Family,
  constantLabels: Readonly<Record<string, string>>,
): [label: string, value: string][] {
  return Object.entries(constantLabels).filter(
    ([label]) => !series.labelNames.includes(label) && !(type === "stateset" && label === name),
  );
}
