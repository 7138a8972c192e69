import { beforeEach, expect, it } from "vitest";
import { Registry } from "../registry.ts";
import { defaultBuckets } from "./buckets.ts";
import { Histogram } from "./histogram.ts";

let registry: Registry;

async function lines(): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

beforeEach(() => {
  registry = new Registry();
});

it("counts an observation in every bucket whose bound is not below it", async () => {
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [-1, 0.5, 2], registers: [registry] });
  for (const value of [-1, 0.5, 0.75, 2, 2.25, -5]) histogram.observe(value);
  expect(await lines()).toEqual([
    'h_bucket{le="-1"} 2',
    'h_bucket{le="0.5"} 3',
    'h_bucket{le="2"} 5',
    'h_bucket{le="+Inf"} 6',
    "h_sum -0.5",
    "h_count 6",
  ]);
});

it("keeps series apart, bound and not", async () => {
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [1], labelNames: ["a"], registers: [registry] });
  histogram.labels("x").observe(0.5);
  histogram.observe({ a: "x" }, 3);
  histogram.observe({ a: "y" }, 1);
  expect(await lines()).toEqual([
    'h_bucket{a="x",le="1"} 1',
    'h_bucket{a="x",le="+Inf"} 2',
    'h_sum{a="x"} 3.5',
    'h_count{a="x"} 2',
    'h_bucket{a="y",le="1"} 1',
    'h_bucket{a="y",le="+Inf"} 1',
    'h_sum{a="y"} 1',
    'h_count{a="y"} 1',
  ]);
});

it("takes infinities and NaN as client_golang does", async () => {
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [1], registers: [registry] });
  histogram.observe(-Infinity);
  histogram.observe(NaN);
  expect(await lines()).toEqual(['h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 2', "h_sum NaN", "h_count 2"]);
});

it("implies +Inf and the usual buckets of a network service", async () => {
  new Histogram({ name: "implied", help: "Given.", buckets: [1, Infinity], registers: [registry] });
  expect(await lines()).toHaveLength(4);
  new Histogram({ name: "h", help: "H.", registers: [registry] });
  expect((await lines()).filter((line) => line.startsWith("h_bucket"))).toHaveLength(defaultBuckets.length + 1);
});

it.each([
  [[1, 0.5], "bucket bound 0.5 follows 1"],
  [[1, 1], "bucket bound 1 follows 1"],
  [[1, NaN], "bucket bound NaN is none"],
  [["1"], 'bucket bound "1" is none'],
  [[-Infinity, 1], "bucket bound -Infinity is none"],
  [[1, Infinity, Infinity], "bucket bound Infinity follows Infinity"],
])("refuses the buckets %j", (buckets, message) => {
  const declare = () => new Histogram({ name: "h", help: "H.", buckets: buckets as number[], registers: [] });
  expect(declare).toThrow(message);
  expect(declare).toThrow(expect.objectContaining({ code: "invalid_buckets" }));
});

it("refuses le as a label, and anything that is not a number", () => {
  expect(() => new Histogram({ name: "h", help: "H.", labelNames: ["le"], registers: [] })).toThrow("reserved");
  const histogram = new Histogram({ name: "h", help: "H.", registers: [] });
  expect(() => histogram.observe("1" as unknown as number)).toThrow('h: "1" is not a value it can take');
});

it("starts again from zero after a reset", async () => {
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [], registers: [registry] });
  histogram.observe(1);
  histogram.reset();
  expect(await lines()).toEqual(['h_bucket{le="+Inf"} 0', "h_sum 0", "h_count 0"]);
});

it("observes seconds with a timer", async () => {
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [60], labelNames: ["a"], registers: [registry] });
  const seconds = histogram.startTimer({ a: 1 })();
  expect(seconds).toBeGreaterThanOrEqual(0);
  expect(await lines()).toContain(`h_sum{a="1"} ${seconds}`);
});
