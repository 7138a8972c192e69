import { type Aggregation, aggregationsOf, workerLabel } from "../aggregation.ts";
import type { MetricType } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import { escapeLabelName, isLegacyLabelName, isLegacyMetricName } from "../names.ts";

/** Which names are valid. */
export type NameValidation = "legacy" | "utf8";

/** Throws unless the data model allows a metric of this name. */
export function checkMetricName(name: unknown, validation: NameValidation): void {
  if (isName(name, isLegacyMetricName, validation)) return;
  throw new MetricsError(
    "invalid_metric_name",
    validation === "utf8"
      ? `Metric name ${quote(name)} is invalid: give well-formed text that is not empty.`
      : `Metric name ${quote(name)} is invalid: use letters, digits, "_" and ":", and do not start with a digit, ` +
          'or declare it with nameValidation: "utf8".',
  );
}

/** Throws unless there is HELP text. */
export function checkHelp(name: string, help: unknown): void {
  if (typeof help === "string" && help !== "") return;
  throw new MetricsError("missing_help", `${name}: help is missing; say in one sentence what the metric means.`);
}

/** Throws unless the name ends in the unit, before any `_total`, and metrics of the type may have one. */
export function checkUnit(name: string, unit: string | undefined, type: MetricType): void {
  if (unit === undefined) return;
  if (type === "info" || type === "stateset") {
    throw new MetricsError("invalid_unit", `${name}: a metric of type ${type} has no unit; leave ${quote(unit)} out.`);
  }
  if (/^[a-zA-Z0-9_:]+$/.test(unit) && name.replace(/_total$/, "").endsWith(`_${unit}`)) return;
  throw new MetricsError("invalid_unit", `${name}: the name does not end in the unit ${quote(unit)}; make them agree.`);
}

/** Throws unless the data model allows these label names together, and none is one that the metric's type sets itself. */
export function checkLabelNames(
  name: string,
  labelNames: readonly string[],
  reserved: readonly string[],
  validation: NameValidation,
): void {
  if (!Array.isArray(labelNames)) {
    throw new MetricsError(
      "invalid_label_name",
      `${name}: labelNames is ${quote(labelNames)}; give an array of names.`,
    );
  }
  const seen = new Set<string>();
  for (const label of labelNames) {
    const fault = labelNameFault(label, seen, reserved, validation);
    if (fault) throw new MetricsError("invalid_label_name", `${name}: label name ${quote(label)} ${fault}`);
    seen.add(escapeLabelName(label, "underscores"));
  }
}

/** Throws unless the limits are limits. */
export function checkLimits(
  name: string,
  limits: { maxSeries?: number | undefined; expireAfterSeconds?: number | undefined },
): void {
  const { maxSeries, expireAfterSeconds } = limits;
  if (maxSeries !== undefined && !(Number.isInteger(maxSeries) && maxSeries > 0)) {
    throw new MetricsError("invalid_limit", `${name}: maxSeries is ${quote(maxSeries)}; give a whole number above 0.`);
  }
  if (expireAfterSeconds !== undefined && !(expireAfterSeconds > 0)) {
    const given = quote(expireAfterSeconds);
    throw new MetricsError("invalid_limit", `${name}: expireAfterSeconds is ${given}; give a number above 0.`);
  }
}

/** Throws unless metrics of the type can be aggregated in that way, and the labels leave room for the one it adds. */
export function checkAggregation(
  name: string,
  aggregation: Aggregation | undefined,
  type: MetricType,
  labelNames: readonly string[],
): void {
  if (aggregation === undefined) return;
  const sensible = aggregationsOf(type);
  if (!sensible.includes(aggregation)) {
    const given = `aggregation ${quote(aggregation)} does not suit the type ${type}`;
    throw new MetricsError("invalid_aggregation", `${name}: ${given}; choose one of ${sensible.join(", ")}.`);
  }
  if (aggregation !== "perWorker" || !labelNames.some((label) => escapeLabelName(label, "underscores") === workerLabel))
    return;
  throw new MetricsError(
    "invalid_label_name",
    `${name}: label name ${quote(workerLabel)} is the one that perWorker adds; choose another name or aggregation.`,
  );
}

function labelNameFault(
  label: unknown,
  seen: Set<string>,
  reserved: readonly string[],
  validation: NameValidation,
): string | undefined {
  if (!isName(label, isLegacyLabelName, validation)) {
    return validation === "utf8"
      ? "is invalid: give well-formed text that is not empty."
      : 'is invalid: use letters, digits and "_", and do not start with a digit.';
  }
  const escaped = escapeLabelName(label, "underscores");
  if (label.startsWith("__") || escaped === "__name__")
    return 'is invalid: names that start with "__" belong to Prometheus; choose another.';
  if (reserved.some((name) => escapeLabelName(name, "underscores") === escaped))
    return "is reserved: this type of metric sets it itself; choose another.";
  if (seen.has(escaped)) {
    return "stands twice, or becomes the same as another where UTF-8 is not asked for; choose another.";
  }
  return undefined;
}

function isName(name: unknown, isLegacy: (name: string) => boolean, validation: NameValidation): name is string {
  if (typeof name !== "string") return false;
  return validation === "utf8" ? name !== "" && name.isWellFormed() : isLegacy(name);
}

/** A value as an error shows it: quoted and cut short. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
