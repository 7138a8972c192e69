import { Histogram, Registry } from "@exporterkit/client";
import { expect, it } from "vitest";
import { joinFamilies } from "./joined-family.ts";

function histogram(place: string, buckets: number[], values: readonly number[]): Histogram<"place"> {
  const options = { name: "h_seconds", help: "H.", labelNames: ["place"] as const, buckets, registers: [] };
  const made = new Histogram(options);
  for (const value of values) made.observe({ place }, value);
  return made;
}

it("histograms whose buckets differ become one that has them all", async () => {
  const [a, b] = [histogram("a", [1, 4], [0.5, 3, 9]), histogram("b", [2, 4], [1.5, 3])];
  const registry = new Registry();
  registry.registerMetric({ name: "h_seconds", family: joinFamilies(a.family, b.family), reset() {} });
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("h_"));
  expect(lines).toEqual([
    'h_seconds_bucket{place="a",le="1"} 1',
    'h_seconds_bucket{place="a",le="2"} 1',
    'h_seconds_bucket{place="a",le="4"} 2',
    'h_seconds_bucket{place="a",le="+Inf"} 3',
    'h_seconds_sum{place="a"} 12.5',
    'h_seconds_count{place="a"} 3',
    'h_seconds_bucket{place="b",le="1"} 0',
    'h_seconds_bucket{place="b",le="2"} 1',
    'h_seconds_bucket{place="b",le="4"} 2',
    'h_seconds_bucket{place="b",le="+Inf"} 2',
    'h_seconds_sum{place="b"} 4.5',
    'h_seconds_count{place="b"} 2',
  ]);
});

it("histograms of which one is native as well do not become one", () => {
  const native = new Histogram({
    name: "h_seconds",
    help: "H.",
    labelNames: ["place"],
    buckets: [1],
    nativeHistogramBucketFactor: 1.1,
    registers: [],
  } as never);
  const classic = histogram("a", [2], []);
  if (native.family.native !== undefined)
    expect(() => joinFamilies(classic.family, native.family)).toThrow("its samples are");
});
