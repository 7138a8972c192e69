import { expect, it } from "vitest";
import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Registry } from "../registry.ts";

it("escapes HELP and label values", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: 'a\\b\n"c"', labelNames: ["v"], registers: [registry] });
  gauge.set({ v: 'a\\b\n"c"\t{},=é😀' }, 1);
  expect(await registry.metrics()).toBe('# HELP g a\\\\b\\n"c"\n# TYPE g gauge\ng{v="a\\\\b\\n\\"c\\"\t{},=é😀"} 1\n');
});

it("follows series that come and go between scrapes", async () => {
  const registry = new Registry();
  const counter = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], registers: [registry] });
  const samples = async () => (await registry.metrics()).split("\n").slice(2, -1);
  counter.inc({ a: "x" });
  expect(await samples()).toEqual(['c_total{a="x"} 1']);
  counter.inc({ a: "y" });
  expect(await samples()).toEqual(['c_total{a="x"} 1', 'c_total{a="y"} 1']);
  counter.remove("x");
  counter.inc({ a: "z" });
  expect(await samples()).toEqual(['c_total{a="z"} 1', 'c_total{a="y"} 1']);
  counter.reset();
  counter.inc({ a: "w" });
  expect(await samples()).toEqual(['c_total{a="w"} 1']);
});
