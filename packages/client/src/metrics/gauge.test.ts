import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { Gauge } from "./gauge.ts";

let registry: Registry;

async function lines(): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

beforeEach(() => {
  registry = new Registry();
  vi.useFakeTimers({ now: 1_700_000_000_500 });
});
afterEach(() => vi.useRealTimers());

it("goes up and down, with and without labels, bound and not", async () => {
  const plain = new Gauge({ name: "plain", help: "Plain.", registers: [registry] });
  plain.set(4);
  plain.inc();
  plain.dec(2.5);
  const labelled = new Gauge({ name: "labelled", help: "Labelled.", labelNames: ["a"], registers: [registry] });
  labelled.set({ a: 1 }, -4);
  labelled.inc({ a: 1 }, 3);
  labelled.dec({ a: 2 });
  const bound = labelled.labels("3");
  bound.set(10);
  bound.inc();
  bound.dec(3);
  expect(await lines()).toEqual(['labelled{a="1"} -1', 'labelled{a="2"} -1', 'labelled{a="3"} 8', "plain 2.5"]);
});

it("takes every number there is, and nothing else", async () => {
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["v"], registers: [registry] });
  for (const value of [NaN, Infinity, -Infinity, -0, 5e-324, 2 ** 53]) gauge.set({ v: String(value) }, value);
  expect(await lines()).toEqual([
    'g{v="NaN"} NaN',
    'g{v="Infinity"} +Inf',
    'g{v="-Infinity"} -Inf',
    'g{v="0"} -0',
    'g{v="5e-324"} 5e-324',
    'g{v="9007199254740992"} 9007199254740992',
  ]);
  for (const value of ["1", undefined, null, {}]) {
    expect(() => gauge.set({ v: "x" }, value as number)).toThrow("g: ");
  }
  expect(await lines()).toHaveLength(6);
});

it("measures time", async () => {
  const labelled = new Gauge({ name: "labelled", help: "Labelled.", labelNames: ["a"], registers: [registry] });
  const plain = new Gauge({ name: "plain", help: "Plain.", registers: [registry] });
  const labels = { a: 1 };
  const stops = [labelled.startTimer(labels), labelled.labels("2").startTimer(), plain.startTimer()];
  labels.a = 99;
  vi.advanceTimersByTime(1500);
  expect(stops.map((stop) => stop())).toEqual([1.5, 1.5, 1.5]);
  labelled.setToCurrentTime({ a: 3 });
  const exposed = ['labelled{a="1"} 1.5', 'labelled{a="2"} 1.5', 'labelled{a="3"} 1700000002', "plain 1.5"];
  expect((await lines()).toSorted()).toEqual(exposed);
});

it("takes labels that are known only when the timer stops", async () => {
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["a", "b"], registers: [registry] });
  const stop = gauge.startTimer({ a: 1 });
  vi.advanceTimersByTime(500);
  expect(await lines()).toEqual([]);
  stop({ b: 2 });
  expect(await lines()).toEqual(['g{a="1",b="2"} 0.5']);
  expect(gauge.startTimer({ a: 1 })).toThrow('label "b" is missing');
});
