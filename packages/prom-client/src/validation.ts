import { format, inspect } from "node:util";

// https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric may have the name. */
export function validateMetricName(name: string): boolean {
  return metricName.test(name);
}

/** Whether all of these may be names of labels. */
export function areLabelNames(names: readonly string[]): boolean {
  return names.every((name) => labelName.test(name));
}

/** Throws if a label was not declared. */
export function checkLabels(labelNames: readonly string[], labels: unknown): void {
  // Inherited ones count, as they do in prom-client.
  for (const label in labels as object) {
    if (labelNames.includes(label)) continue;
    throw new Error(`Added label "${label}" is not included in initial labelset: ${inspect(labelNames)}`);
  }
}

/** Whether a value can be observed. */
export function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

/** Says that a value is none that can be taken. */
export function refuse(value: unknown): never {
  throw new TypeError(`Value is not a valid number: ${format(value)}`);
}
