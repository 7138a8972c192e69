import { expect, it } from "vitest";
import type { ParsedFamily, ParsedType } from "../parse/index.ts";
import { lintRules } from "./lint-rules.ts";

function problems(name: string, type: ParsedType, ...labels: string[]): string[] {
  const sample = { name, labels: Object.fromEntries(labels.map((label) => [label, "1"])), value: 1 };
  const family: ParsedFamily = { name, type, help: "Help.", samples: [sample] };
  return lintRules.flatMap((rule) => rule(family));
}

it("wants HELP", () => {
  const [rule] = lintRules;
  expect(rule!({ name: "a", type: "gauge", samples: [] })).toEqual(["it has no HELP text"]);
});

it.each<[name: string, type: ParsedType, problem: string]>([
  ["requests", "counter", "the name of a counter should end in _total"],
  ["requests_total", "gauge", "only the name of a counter should end in _total"],
  ["size_total", "histogram", "only the name of a counter should end in _total"],
  ["start_timestamp_seconds", "histogram", "only the name of a gauge should end in _timestamp_seconds"],
  ["size_bucket", "gauge", "the suffix _bucket is reserved for histograms"],
  ["size_bucket", "summary", "the suffix _bucket is reserved for histograms"],
  ["size_count", "gauge", "the suffix _count is reserved for histograms and summaries"],
  ["size_sum", "gauge", "the suffix _sum is reserved for histograms and summaries"],
  ["job_minutes", "gauge", "use the base unit seconds instead of minutes"],
  ["job_minutes", "unknown", "use the base unit seconds instead of minutes"],
  ["job_ms", "gauge", "write the unit ms out"],
  ["job_gauge", "gauge", "the name should not say that it is a gauge"],
  ["job_Histogram_bytes", "histogram", "the name should not say that it is a histogram"],
  ["job:rate", "gauge", '":" in a name is reserved for recording rules'],
  ["jobAge", "unknown", "the name should be in snake_case, not in camelCase"],
])("finds fault with %s, a %s: %s", (name, type, problem) => expect(problems(name, type)).toEqual([problem]));

it.each<[name: string, type: ParsedType]>([
  ["requests_total", "counter"],
  ["requests_total", "unknown"],
  ["requests", "unknown"],
  ["start_timestamp_seconds", "gauge"],
  ["start_timestamp_seconds", "unknown"],
  ["size_bucket", "histogram"],
  ["size_count", "summary"],
  ["size_sum", "unknown"],
  ["histogram_age_seconds", "histogram"],
  ["job_counter", "gauge"],
  ["job_gauge", "unknown"],
  ["gauges_in_use", "gauge"],
  ["JOB_age", "gauge"],
  ["used_ratio", "gauge"],
])("finds none with %s, a %s", (name, type) => expect(problems(name, type)).toEqual([]));

it("keeps the labels of histograms and summaries for them", () => {
  expect(problems("a", "gauge", "le", "quantile")).toEqual([
    "the label le is reserved for histograms",
    "the label quantile is reserved for summaries",
  ]);
  expect(problems("a", "summary", "quantile")).toEqual([]);
  expect(problems("a", "histogram", "le")).toEqual([]);
  expect(problems("a", "unknown", "le", "quantile")).toEqual([]);
});

it("wants labels in snake_case", () => {
  expect(problems("a", "gauge", "userId", "user_id", "ID")).toEqual([
    "the label userId should be in snake_case, not in camelCase",
  ]);
});
