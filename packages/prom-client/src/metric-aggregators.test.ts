import * as fc from "fast-check";
import * as promClient from "prom-client";
import { expect, it } from "vitest";
import { aggregators, type MetricJson } from "./metric-aggregators.ts";

// It exports them, and does not declare them.
const { aggregators: promClientAggregators } = promClient as unknown as { aggregators: typeof aggregators };

// Names and values in which no two label sets get the same key of prom-client, which joins them by colons and commas.
const labels = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof(fc.constantFrom("x", "y", ""), fc.nat(2)));
const value = fc.record(
  { value: fc.integer(), labels, metricName: fc.constantFrom("m_sum", "m_count") },
  { requiredKeys: ["value", "labels"] },
);
const metrics = fc.array(
  fc.record({
    name: fc.constant("m"),
    help: fc.constantFrom("One.", "Two."),
    type: fc.constantFrom("gauge", "counter"),
    aggregator: fc.constantFrom("sum", "max"),
    values: fc.array(value, { maxLength: 6 }),
  }),
  { maxLength: 4 },
);

it("has prom-client's aggregators", () => {
  expect(Object.keys(aggregators)).toEqual(Object.keys(promClientAggregators));
});

it.each(Object.keys(aggregators))("%s gives what prom-client's gives", (name) => {
  fc.assert(
    fc.property(metrics, (given) => {
      expect(aggregators[name]!(given)).toEqual(promClientAggregators[name]!(given));
    }),
  );
});

function metric(...values: MetricJson["values"]): MetricJson {
  return { name: "m", help: "M.", type: "gauge", aggregator: "sum", values };
}

it("keeps label sets apart that look alike once they are joined", () => {
  const given = [metric({ value: 1, labels: { a: "1,b:2" } }, { value: 2, labels: { a: "1", b: "2" } })];
  expect(aggregators["sum"]!(given)?.values).toHaveLength(2);
  expect(promClientAggregators["sum"]!(given)?.values).toHaveLength(1);
});

it("has NaN for a value that was lost on the way between processes", () => {
  const given = JSON.parse(JSON.stringify([metric({ value: NaN, labels: {} })])) as MetricJson[];
  expect(aggregators["first"]!(given)?.values).toEqual([{ value: NaN, labels: {} }]);
});
