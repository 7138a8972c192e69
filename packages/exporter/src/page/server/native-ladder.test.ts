import { Histogram, Registry } from "@exporterkit/client";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantileOf } from "../quantile.ts";
import { History } from "./history.ts";
import { plotOf } from "./plot-of.ts";
import { bucketBounds, kindOf } from "./readings.ts";

const name = "wait_seconds";

function nativeHistory(): { history: History; histogram: Histogram<"queue">; sample: () => Promise<void> } {
  const registry = new Registry();
  const options = { name, help: "Waits.", labelNames: ["queue"] as const, native: true as const };
  const histogram = new Histogram({ ...options, registers: [registry] });
  const history = new History({ seconds: 900, bytes: 1e7, series: 100 });
  let now = 1000;
  return { history, histogram, sample: async () => history.record(await registry.collect(), (now += 2)) };
}

const observation = fc.oneof(
  fc.double({ min: 1e-4, max: 100, noNaN: true }),
  fc.double({ min: -1e3, max: 1e12, noNaN: true }),
  fc.constantFrom(0, 1, 2, 0.25, -4, 1e-300, -1e-300, 1e300),
);
const queue = fc.constantFrom("a", "b");

/** What is next to nothing falls into the zero bucket. */
function shown(value: number): number {
  return Math.abs(value) <= 2 ** -128 ? 0 : value;
}

describe("native histograms on the page", () => {
  it("have, at each bound and in every sample, the observations that are not above it, whatever came later", async () => {
    const samples = fc.array(fc.array(fc.tuple(queue, observation), { maxLength: 20 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(samples, async (batches) => {
        const { history, histogram, sample } = nativeHistory();
        histogram.labels({ queue: "a" });
        for (const batch of batches) {
          for (const [label, value] of batch) histogram.observe({ queue: label }, value);
          await sample();
        }
        const family = history.families.get(name)!;
        const bounds = bucketBounds(family.samples);
        expect(bounds).toEqual([...new Set(bounds)].toSorted((a, b) => a - b));
        expect(bounds.length).toBeLessThan(270);
        let bytes = 0;
        for (const index of batches.keys()) {
          const row = history.row(family, index + 1)!;
          bytes += row.byteLength;
          for (const [place, labels] of family.series.entries()) {
            const observed = batches.slice(0, index + 1).flat();
            const values = observed.filter(([label]) => label === labels![0]).map(([, value]) => shown(value));
            if (values.length === 0 && labels![0] === "b") continue;
            // A bucket of negative observations has its upper bound no more than one of positive ones its lower.
            const isIn = (value: number, bound: number): boolean => (bound < 0 ? value < bound : value <= bound);
            const expected = bounds.map((bound) => values.filter((value) => isIn(value, bound)).length);
            const start = place * family.width;
            expect(Array.from(row.subarray(start, start + bounds.length))).toEqual(expected);
            expect(row[start + bounds.length + 1]).toBe(values.length);
          }
        }
        expect([family.bytes, history.bytes]).toEqual([bytes, bytes]);
      }),
    );
  });

  it("are shown by buckets, from before the first observation on, and all anew once there are others", async () => {
    const { history, histogram, sample } = nativeHistory();
    const series = histogram.labels({ queue: "a" });
    await sample();
    const family = history.families.get(name)!;
    const ask = { family: name, since: 0, matchers: [], most: 10 };
    const before = plotOf(history, family, ask);
    expect(kindOf(family)).toBe("buckets");
    for (let i = 1; i <= 1000; i++) series.observe(i / 1000);
    await sample();
    const plot = plotOf(history, family, { ...ask, since: 2, shown: before.shown });
    expect(plot).toMatchObject({ isNew: true, from: 1 });
    const counts = plot.lines.map(({ values }) => 2 * values[1]!);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1000);
    for (const [quantile, value] of [
      [0.5, 0.5],
      [0.9, 0.9],
      [0.99, 0.99],
    ] as const) {
      expect(quantileOf(quantile, bucketBounds(family.samples), counts)).toBeCloseTo(value, 1);
    }
    series.observe(0.7);
    await sample();
    expect(plotOf(history, family, { ...ask, since: 3, shown: plot.shown })).toMatchObject({ isNew: false, from: 3 });
  });

  it("leave classic buckets as they are where there are both", async () => {
    const registry = new Registry();
    const both = new Histogram({ name, help: "Waits.", buckets: [1, 2], native: true, registers: [registry] });
    both.observe(1.5);
    const history = new History({ seconds: 900, bytes: 1e6, series: 100 });
    await history.record(await registry.collect(), 1000);
    expect(bucketBounds(history.families.get(name)!.samples)).toEqual([1, 2, Infinity]);
  });
});
