import { MetricsError } from "../metrics-error.ts";

// https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
const metricNamePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelNamePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Throws unless the data model allows a metric of this name. */
export function checkMetricName(name: unknown): void {
  if (typeof name === "string" && metricNamePattern.test(name)) return;
  throw new MetricsError(
    "invalid_metric_name",
    `Metric name ${quote(name)} is invalid: use letters, digits, "_" and ":", and do not start with a digit.`,
  );
}

/** Throws unless there is HELP text. */
export function checkHelp(name: string, help: unknown): void {
  if (typeof help === "string" && help !== "") return;
  throw new MetricsError("missing_help", `${name}: help is missing; say in one sentence what the metric means.`);
}

/** Throws unless the data model allows these label names together, and none is one that the metric's type sets itself. */
export function checkLabelNames(name: string, labelNames: readonly string[], reserved: readonly string[]): void {
  const seen = new Set<string>();
  for (const label of labelNames) {
    const fault = labelNameFault(label, seen, reserved);
    if (fault) throw new MetricsError("invalid_label_name", `${name}: label name ${quote(label)} ${fault}`);
    seen.add(label);
  }
}

function labelNameFault(label: unknown, seen: Set<string>, reserved: readonly string[]): string | undefined {
  if (typeof label !== "string" || !labelNamePattern.test(label)) {
    return 'is invalid: use letters, digits and "_", and do not start with a digit.';
  }
  if (label.startsWith("__")) return 'is invalid: names that start with "__" belong to Prometheus; choose another.';
  if (reserved.includes(label)) return "is reserved: this type of metric sets it itself; choose another.";
  if (seen.has(label)) return "stands twice; name each label once.";
  return undefined;
}

/** A value as an error shows it: quoted and cut short. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
