import type { Families, HistogramValue } from "./families.ts";
import { numberOf } from "./number-of.ts";
import type { QueryMetric } from "./query-config.ts";
import type { Result, Value } from "./result.ts";

/** Adds what the rows of a query say. Throws if a column is not there, or what should be a number is none. */
export function addQueryMetric(families: Families, metric: QueryMetric, result: Result): void {
  const reader = new RowReader(metric, result);
  const { name, type, help, static_labels: fixed, value_label: valueLabel, null: ifNull } = metric;
  const bounds = Object.keys(metric.buckets ?? {})
    .map(Number)
    .toSorted((a, b) => a - b);
  // In one order whatever the query, so that queries can make one family.
  const labelNames = [
    ...metric.labels,
    ...Object.keys(fixed),
    ...(valueLabel === undefined ? [] : [valueLabel]),
  ].toSorted();
  families.declare({ name, type, help, labelNames, ...(type === "histogram" && { bounds }) });
  const columns = metric.values ?? (metric.value === undefined ? {} : { "": metric.value });
  for (const row of result.rows) {
    const labels: Record<string, string> = { ...fixed };
    for (const label of metric.labels) labels[label] = reader.textOf(row, label);
    const add = (value: number | HistogramValue): void =>
      families.add(
        name,
        labelNames.map((label) => labels[label]!),
        value,
      );
    if (type === "info") add(1);
    else if (type === "histogram") {
      const value = histogramOf(reader, row, metric);
      if (value !== undefined) add(value);
    } else {
      for (const [of, column] of Object.entries(columns)) {
        const value = reader.numberOf(row, column) ?? ifNull;
        if (value === "skip") continue;
        if (valueLabel !== undefined) labels[valueLabel] = of;
        add(value);
      }
    }
  }
}

function histogramOf(reader: RowReader, row: readonly Value[], metric: QueryMetric): HistogramValue | undefined {
  const { name, sum, count, null: ifNull } = metric;
  const columns = Object.entries(metric.buckets!)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, column]) => column);
  const numbers = [...columns, count!, sum!].map((column) => reader.numberOf(row, column) ?? ifNull);
  if (numbers.includes("skip")) return undefined;
  const values = numbers as number[];
  const counts = values.slice(0, -1);
  if (counts.some((each, i) => !(each >= (counts[i - 1] ?? 0)))) {
    throw new Error(
      `histogram ${name} has buckets that fall; each counts what is not above its bound, those before included`,
    );
  }
  return { buckets: counts.slice(0, -1), count: counts.at(-1)!, sum: values.at(-1)! };
}

/** Reads the columns that a metric needs. */
class RowReader {
  readonly #metric: QueryMetric;
  readonly #result: Result;
  readonly #positions = new Map<string, number>();

  constructor(metric: QueryMetric, result: Result) {
    this.#metric = metric;
    this.#result = result;
  }

  textOf(row: readonly Value[], column: string): string {
    return row[this.#positionOf(column)] ?? "";
  }

  /** Undefined for NULL. */
  numberOf(row: readonly Value[], column: string): number | undefined {
    const position = this.#positionOf(column);
    const text = row[position] ?? null;
    if (text === null) return undefined;
    const value = numberOf(text, this.#result.columns[position]!.kind);
    // What it holds instead may not be for everybody's eyes.
    if (value === undefined) {
      throw new Error(
        `metric ${this.#metric.name}: column ${column} holds what is no number; CAST it in the query, or make a label of it`,
      );
    }
    return value;
  }

  #positionOf(column: string): number {
    let position = this.#positions.get(column);
    if (position === undefined) {
      const names = this.#result.columns.map(({ name }) => name);
      position = names.indexOf(column);
      if (position < 0) position = names.findIndex((name) => name.toLowerCase() === column.toLowerCase());
      if (position < 0) {
        const list = names.slice(0, 20).join(", ");
        throw new Error(`metric ${this.#metric.name}: the query has no column ${column}; it has ${list}`);
      }
      this.#positions.set(column, position);
    }
    return position;
  }
}
