import type { GivenLabels } from "./labelled-series.ts";

/** No labels. */
export const none: GivenLabels = Object.freeze({});

/** Whether what a call gave first is labels. */
export function isLabels(value: unknown): value is GivenLabels {
  return typeof value === "object" && value !== null;
}

/** Labels as one object, from that or from one value for each name. Throws if there are more values than names, or fewer. */
export function labelsOf(labelNames: readonly string[], given: readonly unknown[]): GivenLabels {
  const [first] = given;
  if (typeof first === "object") return (first ?? {}) as GivenLabels;
  if (given.length !== labelNames.length) {
    throw new Error(
      `Invalid number of arguments (${given.length}): "${given.join(", ")}" for label names (${labelNames.length}): ` +
        `"${labelNames.join(", ")}".`,
    );
  }
  const labels: Record<string, unknown> = {};
  for (let i = 0; i < labelNames.length; i++) labels[labelNames[i]!] = given[i];
  return labels;
}
