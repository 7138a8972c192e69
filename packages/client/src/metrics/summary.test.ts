import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { Summary } from "./summary.ts";

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

async function lines(): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

it("has a sum and a count, and no quantiles unless asked", async () => {
  const summary = new Summary({ name: "s", help: "S.", registers: [registry] });
  summary.observe(1.5);
  summary.observe(2);
  expect(await lines()).toEqual(["s_sum 3.5", "s_count 2"]);
});

it("estimates quantiles of the latest observations, NaN where there are none", async () => {
  const quantiles = [0, 0.5, 1];
  const summary = new Summary({
    name: "s",
    help: "S.",
    quantiles,
    maxAgeSeconds: 10,
    ageBuckets: 2,
    registers: [registry],
  });
  expect((await lines()).slice(0, 3)).toEqual(['s{quantile="0"} NaN', 's{quantile="0.5"} NaN', 's{quantile="1"} NaN']);
  summary.observe(1);
  vi.advanceTimersByTime(6000);
  summary.observe(3);
  expect((await lines()).slice(0, 3)).toEqual(['s{quantile="0"} 1', 's{quantile="0.5"} 1', 's{quantile="1"} 3']);
  vi.advanceTimersByTime(6000);
  expect((await lines()).slice(0, 3)).toEqual(['s{quantile="0"} 3', 's{quantile="0.5"} 3', 's{quantile="1"} 3']);
  vi.advanceTimersByTime(6000);
  expect(await lines()).toEqual([
    's{quantile="0"} NaN',
    's{quantile="0.5"} NaN',
    's{quantile="1"} NaN',
    "s_sum 4",
    "s_count 2",
  ]);
});

it("forgets the observations of a series that was removed", async () => {
  const summary = new Summary({ name: "s", help: "S.", quantiles: [1], labelNames: ["a"], registers: [registry] });
  const bound = summary.labels("x");
  bound.observe(9);
  summary.remove("x");
  summary.observe({ a: "y" }, 1);
  bound.observe(2);
  expect(await lines()).toEqual([
    's{a="y",quantile="1"} 1',
    's_sum{a="y"} 1',
    's_count{a="y"} 1',
    's{a="x",quantile="1"} 2',
    's_sum{a="x"} 2',
    's_count{a="x"} 1',
  ]);
});

it.each([
  [{ quantiles: [1.1] }, "quantile 1.1 is not one"],
  [{ quantiles: [NaN] }, "quantile NaN is not one"],
  [{ quantiles: [0.5, 0.5] }, "quantile 0.5 stands twice"],
  [{ maxAgeSeconds: 0 }, "maxAgeSeconds is 0"],
  [{ ageBuckets: 1.5 }, "ageBuckets is 1.5"],
])("refuses %j", (wrong, message) => {
  expect(() => new Summary({ name: "s", help: "S.", registers: [], ...wrong })).toThrow(message);
});
