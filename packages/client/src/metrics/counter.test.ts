import { expect, expectTypeOf, it } from "vitest";
import { Registry } from "../registry.ts";
import type { Labels } from "../series/labels.ts";
import { Counter } from "./counter.ts";

const options = { name: "requests_total", help: "Requests." };

async function lines(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

it("starts at zero without labels, and counts", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, registers: [registry] });
  expect(await lines(registry)).toEqual(["requests_total 0"]);
  counter.inc();
  counter.inc(2.5);
  expect(await lines(registry)).toEqual(["requests_total 3.5"]);
});

it("keeps one series for each label set, whatever order, type or way the labels are given in", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["method", "status"], registers: [registry] });
  counter.inc({ method: "GET", status: 200 });
  counter.inc({ status: "200", method: "GET" }, 2);
  counter.labels("GET", 200).inc();
  counter.labels({ method: "GET", status: 200n }).inc();
  counter.inc({ method: "POST", status: 404 });
  expect(await lines(registry)).toEqual([
    'requests_total{method="GET",status="200"} 5',
    'requests_total{method="POST",status="404"} 1',
  ]);
});

it("keeps label sets apart that look alike when joined", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a", "b"], registers: [registry] });
  counter.inc({ a: "1,b:2", b: "" });
  counter.inc({ a: "1", b: "2" });
  counter.inc({ a: "1|2", b: "3" });
  counter.inc({ a: "1", b: "2|3" });
  expect(await lines(registry)).toHaveLength(4);
});

it("does not keep the label object", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  const labels = { a: "x" };
  counter.inc(labels);
  labels.a = "y";
  counter.inc(labels);
  expect(await lines(registry)).toEqual(['requests_total{a="x"} 1', 'requests_total{a="y"} 1']);
});

it.each([-1, NaN, Infinity, -Infinity, "5", null])("refuses %s as an increment and stays as it was", async (amount) => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  const bound = counter.labels("x");
  bound.inc(3);
  const given = amount as number;
  if (amount !== null) {
    expect(() => counter.inc({ a: "x" }, given)).toThrow(/requests_total: .+ is not a value it can take; a counter/);
  }
  expect(() => bound.inc(given)).toThrow(expect.objectContaining({ code: "invalid_value" }));
  expect(() => counter.inc({ a: "new" }, -1)).toThrow();
  expect(await lines(registry)).toEqual(['requests_total{a="x"} 3']);
});

it("says which labels are missing or unknown", () => {
  const counter = new Counter({ ...options, labelNames: ["method", "status"], registers: [] });
  const call =
    (...args: unknown[]) =>
    () =>
      (counter.inc as (...args: unknown[]) => void).apply(counter, args);
  expect(call({ method: "GET" })).toThrow(
    'requests_total: label "status" is missing; it has the labels method, status.',
  );
  expect(call({ method: "GET", status: undefined })).toThrow('label "status" is missing');
  expect(call({ method: "GET", status: 200, x: 1 })).toThrow('label "x" was not declared');
  expect(call({ method: "GET", statsu: 200 })).toThrow('label "statsu" was not declared, label "status" is missing');
  expect(call()).toThrow(expect.objectContaining({ code: "invalid_labels" }));
  expect(call(1)).toThrow('label "method" is missing');
  // @ts-expect-error a value is missing
  expect(() => counter.labels("GET")).toThrow("got 1 label values, but it has the labels method, status");
  const unlabelled = new Counter({ ...options, registers: [] });
  expect(() => (unlabelled.inc as (labels: unknown) => void).call(unlabelled, { a: 1 })).toThrow("it has no labels");
});

it("removes one series or all", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  counter.inc({ a: 1 });
  counter.inc({ a: 2 });
  expect(counter.remove({ a: 1 })).toBe(true);
  expect(counter.remove("1")).toBe(false);
  expect(await lines(registry)).toEqual(['requests_total{a="2"} 1']);
  counter.reset();
  expect(await lines(registry)).toEqual([]);

  const unlabelledRegistry = new Registry();
  const unlabelled = new Counter({ ...options, registers: [unlabelledRegistry] });
  unlabelled.inc();
  unlabelled.reset();
  expect(await lines(unlabelledRegistry)).toEqual(["requests_total 0"]);
});

it("lets a bound series write to its own series, even after that was removed and its place taken", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  const bound = counter.labels("x");
  bound.inc(5);
  counter.remove("x");
  counter.inc({ a: "y" });
  bound.inc(2);
  expect(await lines(registry)).toEqual(['requests_total{a="y"} 1', 'requests_total{a="x"} 2']);
});

it.each([
  [{ name: "a-b" }, "invalid_metric_name", 'Metric name "a-b" is invalid'],
  [{ name: "1a" }, "invalid_metric_name", "do not start with a digit"],
  [{ name: "" }, "invalid_metric_name", '""'],
  [{ help: "" }, "missing_help", "requests_total: help is missing"],
  [{ labelNames: ["a-b"] }, "invalid_label_name", 'requests_total: label name "a-b" is invalid'],
  [{ labelNames: ["__name__"] }, "invalid_label_name", "belong to Prometheus"],
  [{ labelNames: ["a", "a"] }, "invalid_label_name", "stands twice"],
])("refuses the declaration %j", (wrong, code, message) => {
  const declare = () => new Counter({ ...options, registers: [], ...wrong });
  expect(declare).toThrow(expect.objectContaining({ name: "MetricsError", code }));
  expect(declare).toThrow(message);
});

it("types the labels by the declaration", () => {
  const counter = new Counter({ ...options, labelNames: ["method", "status"], registers: [] });
  expectTypeOf(counter).toEqualTypeOf<Counter<"method" | "status">>();
  const unlabelled = new Counter({ ...options, registers: [] });
  expectTypeOf(unlabelled).toEqualTypeOf<Counter>();
  const mistakes = [
    // @ts-expect-error a label is missing
    () => counter.inc({ method: "GET" }),
    // @ts-expect-error a label is not declared
    () => counter.inc({ method: "GET", status: 200, path: "/" }),
    // @ts-expect-error labels come first
    () => counter.inc(1),
    // @ts-expect-error the labels are not optional
    () => counter.inc(),
    // @ts-expect-error there are no labels
    () => unlabelled.inc({ method: "GET" }),
    // @ts-expect-error an object is no label value
    () => counter.inc({ method: {}, status: 200 }),
    // @ts-expect-error a value is missing
    () => counter.labels("GET"),
    // @ts-expect-error a value is too many
    () => counter.labels("GET", 200, "/"),
    // @ts-expect-error which series?
    () => counter.labels(),
    // @ts-expect-error which series?
    () => counter.remove(),
    // @ts-expect-error there are no labels
    () => unlabelled.labels("GET"),
    // @ts-expect-error there are no labels
    () => unlabelled.labels({ method: "GET" }),
  ];
  expect(mistakes).toHaveLength(12);
});

it("can be passed to functions that are generic over labels, and declared with names that are known at run time", async () => {
  const registry = new Registry();
  function count<Names extends string>(counter: Counter<Names>, labels: Labels<Names>): void {
    counter.inc(labels);
    counter.labels(labels).inc(2);
  }
  count(new Counter({ ...options, labelNames: ["a"], registers: [registry] }), { a: 1 });
  expect(await lines(registry)).toEqual(['requests_total{a="1"} 3']);

  const names: string[] = ["x", "y"];
  const dynamic = new Counter({ ...options, labelNames: names, registers: [] });
  dynamic.inc({ x: 1, y: 2 });
  dynamic.labels("1", "2").inc();
});

it("takes a total that something else counts, and then has no created timestamp", async () => {
  const registry = new Registry({ createdLines: true });
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  counter.setTotal({ a: "x" }, 42);
  counter.setTotal({ a: "x" }, 41);
  expect(() => counter.setTotal({ a: "x" }, -1)).toThrow("-1 is not a value it can take");
  const { body } = await registry.expose({ accept: "application/openmetrics-text" });
  expect(new TextDecoder().decode(body)).toContain('requests_total{a="x"} 41\n# EOF');
});

it("joins every registry or none", () => {
  const [free, taken] = [new Registry(), new Registry()];
  new Counter({ ...options, registers: [taken] });
  expect(() => new Counter({ ...options, registers: [free, taken] })).toThrow("holds a metric of that name");
  expect(free.getMetricsAsArray()).toEqual([]);
});

it("counts the own properties of a label object only", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [registry] });
  counter.inc(Object.assign(Object.create({ inherited: 1 }) as object, { a: "x" }));
  expect(await lines(registry)).toEqual(['requests_total{a="x"} 1']);
});

it("removes what it counted under text that is not well-formed", () => {
  const counter = new Counter({ ...options, labelNames: ["a"], registers: [] });
  counter.inc({ a: "\uD800" });
  expect(counter.remove("\uD800")).toBe(true);
});
