import { describe, expect, it } from "vitest";
import { Families } from "./families.ts";
import { querySchema } from "./query-config.ts";
import { addQueryMetric } from "./query-families.ts";
import type { Kind, Result, Value } from "./result.ts";

const result = (columns: Readonly<Record<string, Kind>>, ...rows: Value[][]): Result => ({
  columns: Object.entries(columns).map(([name, kind]) => ({ name, kind })),
  rows,
});

/** The series that a metric makes of a result. */
function made(metric: object, of: Result): unknown {
  const { metrics } = querySchema.parse({
    name: "q",
    sql: "SELECT 1",
    metrics: [{ name: "m", help: "M.", ...metric }],
  });
  const families = new Families();
  addQueryMetric(families, metrics[0]!, of);
  const [family] = families.all;
  return Array.from(family!.series.values(), ({ labels, value }) => [
    Object.fromEntries(family!.labelNames.map((name, i) => [name, labels[i]])),
    value,
  ]);
}

const rows = result({ state: "text", Orders: "number", total: "number" }, ["new", "2", null], [null, "1", "7.25"]);

describe("the rows of a query", () => {
  it("are series by the label columns; NULL is no series, and in a label the empty text", () => {
    expect(made({ type: "gauge", value: "orders", labels: ["state"] }, rows)).toEqual([
      [{ state: "new" }, 2],
      [{ state: "" }, 1],
    ]);
    expect(made({ type: "gauge", value: "total", labels: ["state"] }, rows)).toEqual([[{ state: "" }, 7.25]]);
    expect(made({ type: "gauge", value: "total", labels: ["state"], null: 0 }, rows)).toEqual([
      [{ state: "new" }, 0],
      [{ state: "" }, 7.25],
    ]);
  });

  it("have several values, told apart by a label, and labels that never change", () => {
    const metric = {
      type: "unknown",
      values: { n: "Orders", sum: "total" },
      value_label: "of",
      labels: ["state"],
      static_labels: { a: "b" },
    };
    expect(made(metric, rows)).toEqual([
      [{ state: "new", of: "n", a: "b" }, 2],
      [{ state: "", of: "n", a: "b" }, 1],
      [{ state: "", of: "sum", a: "b" }, 7.25],
    ]);
  });

  it("are histograms, whatever the order of the buckets", () => {
    const columns = result(
      { one: "number", ten: "number", n: "number", total: "number" },
      ["1", "3", "4", "50.5"],
      [null, "1", "1", "1"],
    );
    const metric = { type: "histogram", buckets: { 10: "ten", 1: "one" }, count: "n", sum: "total" };
    expect(made(metric, columns)).toEqual([[{}, { buckets: [1, 3], count: 4, sum: 50.5 }]]);
  });

  it.each([
    [{ type: "gauge", value: "none" }, "metric m: the query has no column none; it has state, Orders, total"],
    [
      { type: "gauge", value: "state" },
      "metric m: column state holds what is no number; CAST it in the query, or make a label of it",
    ],
    [
      { type: "gauge", value: "orders" },
      "metric m has two rows for {}; group by the label columns, or make a label of one more",
    ],
    [
      { type: "histogram", buckets: { 1: "total", 2: "Orders" }, count: "Orders", sum: "total", null: 9 },
      "histogram m has buckets that fall; each counts what is not above its bound, those before included",
    ],
  ])("that do not fit are an error: %j", (metric, message) => {
    expect(() => made(metric, rows)).toThrow(message);
  });

  it("are no counter below zero", () => {
    const negative = result({ v: "number" }, ["-1"]);
    expect(() => made({ type: "counter", value: "v" }, negative)).toThrow(
      "metric m is a counter, which cannot be -1; make it a gauge",
    );
  });
});

describe("families", () => {
  it("of several queries are one where they are declared alike, and neither where they are not", () => {
    const declared = { name: "a", type: "gauge", help: "A." } as const;
    const families = new Families();
    families.put(declared, { x: "1" }, 1);
    const other = new Families();
    other.put(declared, { x: "2" }, 2);
    families.join(other.all);
    expect(families.all[0]!.series.size).toBe(2);
    expect(() => families.join(other.all)).toThrow('metric a has two rows for {x="2"}');
    const different = new Families();
    different.put({ name: "b", type: "gauge", help: "B." }, {}, 1);
    different.put({ ...declared, help: "Other." }, { x: "3" }, 3);
    expect(() => families.join(different.all)).toThrow("metric a is declared twice");
    expect(families.all.map(({ name }) => name)).toEqual(["a"]);
  });
});
