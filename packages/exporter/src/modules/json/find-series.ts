import { messageOf } from "../../exporter-error.ts";
import type { Digits } from "./big-integers.ts";
import { type ComposedExpression, composeExpression } from "./composed-expression.ts";
import type { FoundSeries, LabelPlan, MetricPlan } from "./evaluation-job.ts";
import { type Expression, nodeOf, parseExpression, reasonOf } from "./expression.ts";
import { missingStep } from "./missing-step.ts";
import { readBuckets } from "./read-buckets.ts";
import { shown, toNumber } from "./to-number.ts";

/** A document, and the digits of its big integers. */
export interface ReadDocument {
  readonly document: unknown;
  readonly digits: Digits;
}

/** What was found for an item, by the names of the metric's expressions: `value`, `labels.kind` and so on. */
type Found = Readonly<Record<string, unknown>>;

const longestLabel = 1024;

/** The expressions of metrics, parsed once. */
export class MetricExpressions {
  readonly #milliseconds: number;
  readonly #single = new Map<string, Expression>();
  readonly #composed = new Map<string, ComposedExpression>();

  /** An expression gives up after so many milliseconds. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  single(text: string): Expression {
    return remembered(this.#single, text, () => parseExpression(text, this.#milliseconds));
  }

  composed(each: string, parts: ReadonlyMap<string, string>): ComposedExpression {
    const key = JSON.stringify([each, ...parts]);
    return remembered(this.#composed, key, () => composeExpression(each, parts, this.#milliseconds));
  }
}

function remembered<T>(made: Map<string, T>, key: string, make: () => T): T {
  let value = made.get(key);
  if (value === undefined) made.set(key, (value = make()));
  return value;
}

/** Finds the series of a metric. Rejects with an error that names the expression at fault, and says why. */
export async function findSeries(
  plan: MetricPlan,
  read: ReadDocument,
  expressions: MetricExpressions,
): Promise<FoundSeries[]> {
  const parts = partsOf(plan);
  const items =
    plan.each === undefined
      ? await findOne(parts, read.document, expressions)
      : await findEach(plan, plan.each, parts, read.document, expressions);
  if (items.length > plan.maxSeries) {
    throw new Error(
      `it has ${items.length} series, which is more than ${plan.maxSeries}; filter them, or set max_series`,
    );
  }
  const series: FoundSeries[] = [];
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    const where = plan.each === undefined ? "" : ` in item ${i + 1} of ${items.length}`;
    const found = seriesOf(plan, item, read, where, parts);
    if (found === undefined) continue;
    const key = JSON.stringify(found.labels);
    const before = seen.get(key);
    if (before !== undefined) {
      const names = plan.labels.map(({ name }, j) => `${name}=${shown(found.labels[j])}`).join(", ");
      throw new Error(
        `items ${before} and ${i + 1} have the same labels {${names}}; add a label that tells them apart`,
      );
    }
    seen.set(key, i + 1);
    series.push(found);
  }
  return series;
}

function partsOf({ values, labels }: MetricPlan): Map<string, string> {
  return new Map([...Object.entries(values), ...labels.map(({ name, value }) => [`labels.${name}`, value] as const)]);
}

async function findOne(
  parts: ReadonlyMap<string, string>,
  document: unknown,
  expressions: MetricExpressions,
): Promise<Found[]> {
  const found: Record<string, unknown> = {};
  for (const [part, text] of parts) {
    try {
      const expression = expressions.single(text);
      found[part] = await expression.evaluate(document);
      if (found[part] === undefined) found[`missing ${part}`] = missingStep(nodeOf(expression), document);
    } catch (error) {
      throw new Error(`${part}: ${reasonOf(error)} (in ${shown(text)})`, { cause: error });
    }
  }
  return [found];
}

async function findEach(
  { isOptional }: MetricPlan,
  each: string,
  parts: ReadonlyMap<string, string>,
  document: unknown,
  expressions: MetricExpressions,
): Promise<Found[]> {
  const composed = expressions.composed(each, parts);
  let result: unknown;
  try {
    result = await composed.expression.evaluate(document);
  } catch (error) {
    const part = composed.partAt((error as { position?: number }).position) ?? "each";
    throw new Error(`${part}: ${reasonOf(error)} (in ${shown(parts.get(part) ?? each)})`, { cause: error });
  }
  if (result !== undefined) return (Array.isArray(result) ? result : [result]) as Found[];
  const missing = missingStep(nodeOf(composed.each), document);
  if (missing !== undefined && !isOptional) throw new Error(`each: ${missing} (in ${shown(each)})`);
  return [];
}

/** Whether there is no value: many write an empty text where they have none. */
function isMissing(value: unknown, map: MetricPlan["map"]): boolean {
  if (typeof value === "string") return value.trim() === "" && (map === undefined || !Object.hasOwn(map, value));
  return value === undefined || value === null;
}

/** The series of an item, undefined where it may be left out. */
function seriesOf(
  plan: MetricPlan,
  item: Found,
  { digits }: ReadDocument,
  where: string,
  parts: ReadonlyMap<string, string>,
): FoundSeries | undefined {
  for (const part of Object.keys(plan.values)) {
    if (!isMissing(item[part], plan.map) || part === "count") continue;
    if (plan.isOptional) return undefined;
    throw missingError(part, item, where, parts);
  }
  const labels = plan.labels.map((label) => labelOf(label, item, digits, where, parts));
  if (plan.kind === "info") return { labels, value: 1 };
  const numberOf = (part: string, value: unknown): number => {
    try {
      return mapped(plan, value);
    } catch (error) {
      throw new Error(`${part}: ${shown(parts.get(part))} ${messageOf(error)}${where}`, { cause: error });
    }
  };
  if (plan.kind === "histogram") {
    try {
      const buckets = readBuckets(item["buckets"], item["count"] ?? undefined, plan.isCumulative);
      return { labels, value: numberOf("sum", item["sum"]), buckets };
    } catch (error) {
      throw new Error(`buckets: ${messageOf(error)}${where}`, { cause: error });
    }
  }
  const value = numberOf("value", item["value"]);
  if (plan.kind === "counter" && !(value >= 0)) throw new Error(`value: a counter cannot be ${value}${where}`);
  return { labels, value };
}

function mapped({ map, unmapped, conversion }: MetricPlan, found: unknown): number {
  const value = Array.isArray(found) && found.length === 1 ? (found[0] as unknown) : found;
  if (map !== undefined && (typeof value === "string" || typeof value === "boolean" || typeof value === "number")) {
    const key = String(value);
    if (Object.hasOwn(map, key)) return map[key]!;
    if (unmapped !== undefined) return unmapped;
    throw new Error(`is ${shown(value)}, which map does not have; add it, or set unmapped`);
  }
  return toNumber(value, conversion);
}

function labelOf(
  { name, isOptional }: LabelPlan,
  item: Found,
  digits: Digits,
  where: string,
  parts: ReadonlyMap<string, string>,
): string {
  const part = `labels.${name}`;
  const found = item[part];
  const value = Array.isArray(found) && found.length === 1 ? (found[0] as unknown) : found;
  if (value === undefined || value === null) {
    if (isOptional) return "";
    throw missingError(part, item, where, parts);
  }
  if (typeof value === "object")
    throw new Error(`${part}: ${shown(parts.get(part))} is ${shown(value)} and no text${where}`);
  const text = typeof value === "number" ? (digits.get(value) ?? String(value)) : String(value).toWellFormed();
  if (text.length > longestLabel) {
    throw new Error(`${part}: a value has ${text.length} characters, more than ${longestLabel}${where}`);
  }
  return text;
}

function missingError(part: string, item: Found, where: string, parts: ReadonlyMap<string, string>): Error {
  const why = item[`missing ${part}`];
  const found = item[part];
  const isThere = found !== undefined;
  const reason = isThere
    ? `is ${found === null ? "null" : "empty"}${where}`
    : typeof why === "string"
      ? `is missing: ${why}`
      : `is missing${where}`;
  const remedy = part.startsWith("labels.") ? "mark the label optional" : "mark the metric optional";
  return new Error(`${part}: ${shown(parts.get(part))} ${reason}; ${remedy}, if it need not be there`);
}
