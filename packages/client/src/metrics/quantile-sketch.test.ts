import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QuantileSketch } from "./quantile-sketch.ts";

/** Numbers in [0, 1) that are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function sketchOf(values: Iterable<number>, compression?: number): QuantileSketch {
  const sketch = new QuantileSketch(compression);
  for (const value of values) sketch.add(value);
  return sketch;
}

/** How far the rank of an estimate is from the one asked for, as a share of all values. */
function rankError(sorted: Float64Array, q: number, estimate: number): number {
  const below = sorted.findIndex((value) => value >= estimate);
  const notAbove = sorted.findLastIndex((value) => value <= estimate) + 1;
  const rank = q * sorted.length;
  return Math.max(0, (below === -1 ? sorted.length : below) - rank, rank - notAbove) / sorted.length;
}

const random = randomNumbers(1);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const size = 20_000;
const distributions: [string, (i: number) => number][] = [
  ["uniform", random],
  ["exponential", () => -Math.log(1 - random())],
  ["normal", normal],
  ["lognormal", () => Math.exp(2 * normal())],
  ["Pareto", () => 1 / (1 - random())],
  ["of two peaks", () => (random() < 0.95 ? 0.01 + 0.001 * normal() : 30 + normal())],
  ["of few values", () => Math.floor(random() * 5)],
  ["rising", (i) => i],
  ["falling", (i) => -i],
];

/** Estimates may be off by 1 % of the values in the middle, and by a tenth of the tail and one value near an end. */
function expectClose(sketch: QuantileSketch, sorted: Float64Array): void {
  for (const q of [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]) {
    const bound = Math.min(0.01, Math.min(q, 1 - q) / 10 + 1 / sorted.length);
    expect([q, rankError(sorted, q, sketch.quantile(q)) <= bound]).toEqual([q, true]);
  }
  expect([sketch.quantile(0), sketch.quantile(1), sketch.count]).toEqual([sorted[0], sorted.at(-1), sorted.length]);
}

describe.each(distributions)("of values that are %s", (_, draw) => {
  const values = Float64Array.from({ length: size }, (__, i) => draw(i));
  const sorted = values.toSorted();

  it("estimates quantiles, best in the tails", () => {
    expectClose(sketchOf(values), sorted);
  });

  it("does so after a merge of parts", () => {
    const merged = new QuantileSketch();
    for (let part = 0; part < 5; part++) merged.merge(sketchOf(values.subarray(part * 4000, (part + 1) * 4000)));
    expectClose(merged, sorted);
  });
});

describe("quantile", () => {
  it("is NaN when there are no values, or q is no fraction", () => {
    const sketch = new QuantileSketch();
    expect([0, 0.5, 1].map((q) => sketch.quantile(q))).toEqual([NaN, NaN, NaN]);
    sketch.add(1);
    expect([-0.1, 1.1, NaN].map((q) => sketch.quantile(q))).toEqual([NaN, NaN, NaN]);
  });

  it("is exact while the values are few", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, values, fraction, (some, more, q) => {
        const sketch = sketchOf(some);
        for (const given of [some, [...some, ...more].slice(0, 400)]) {
          for (const value of given.slice(sketch.count)) sketch.add(value);
          const sorted = Float64Array.from(given).toSorted();
          const rank = Math.max(1, Math.ceil(q * sorted.length));
          expect(sketch.quantile(q) - sorted[rank - 1]!).toSatisfy((x: number) => x === 0 || Number.isNaN(x));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("never falls as q rises, and stays between the least and the greatest value", () => {
    const draw = randomNumbers(7);
    const sketch = sketchOf(Array.from({ length: 5000 }, () => (draw() < 0.3 ? 1 : 1 / draw())));
    let last = sketch.quantile(0);
    for (let q = 0; q <= 1; q += 1 / 4096) {
      const value = sketch.quantile(q);
      expect(value).toBeGreaterThanOrEqual(last);
      last = value;
    }
    expect(last).toBe(sketch.quantile(1));
  });

  it("ignores NaN", () => {
    const sketch = sketchOf([NaN, 2, NaN, 1]);
    expect([sketch.count, sketch.quantile(0.5), sketch.quantile(1)]).toEqual([2, 1, 2]);
  });

  it("takes infinities and the largest numbers", () => {
    const values = Array.from(
      { length: 1000 },
      (_, i) => [-Infinity, -Number.MAX_VALUE, Number.MAX_VALUE, Infinity][i % 4]!,
    );
    const sketch = sketchOf(values);
    expect([0.1, 0.2, 0.4, 0.6, 0.8, 0.9].map((q) => sketch.quantile(q))).toEqual([
      -Infinity,
      -Infinity,
      -Number.MAX_VALUE,
      Number.MAX_VALUE,
      Infinity,
      Infinity,
    ]);
  });
});

describe("interpolatedQuantile", () => {
  it("lies between the values nearest to it, each in the middle of its ranks", () => {
    const sketch = sketchOf([100, 200]);
    expect([0, 0.25, 0.5, 0.75, 1].map((q) => sketch.interpolatedQuantile(q))).toEqual([100, 100, 150, 200, 200]);
    // Twice 3 stands in the middle of ranks 1 to 3, and 1 in that of 0 to 1.
    expect(sketchOf([3, 1, 3]).interpolatedQuantile(0.5)).toBeCloseTo(1 + (2 * (1.5 - 0.5)) / 1.5, 12);
  });

  it("is near the quantile of many values, and none of no values", () => {
    const sketch = sketchOf(Array.from({ length: 10_000 }, (_, i) => i));
    expect(Math.abs(sketch.interpolatedQuantile(0.5) - 5000)).toBeLessThan(100);
    expect(new QuantileSketch().interpolatedQuantile(0.5)).toBeNaN();
    expect(sketch.interpolatedQuantile(2)).toBeNaN();
  });
});

describe("memory", () => {
  it("is bounded, however many the values and wherever they lie", () => {
    const draw = randomNumbers(3);
    const sketch = new QuantileSketch(50);
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      sketch.add(i % 3 === 0 ? i : draw() * 1e6);
      most = Math.max(most, sketch.size);
    }
    expect(most).toBe(200);
    sketch.merge(sketchOf([]));
    sketch.merge(sketch);
    expect(sketch.count).toBe(200_000);
    expect(sketch.size).toBeLessThan(80);
  });
});

describe("merge", () => {
  it("leaves the other sketch as it is", () => {
    const other = sketchOf(Array.from({ length: 1000 }, (_, i) => i));
    const before = other.quantile(0.9);
    const sketch = sketchOf([5000]);
    sketch.merge(other);
    sketch.add(6000);
    expect([other.count, other.quantile(0.9), other.quantile(1)]).toEqual([1000, before, 999]);
    expect([sketch.count, sketch.quantile(0), sketch.quantile(1)]).toEqual([1002, 0, 6000]);
  });

  it("stays exact for few values, itself included", () => {
    const sketch = sketchOf([3, 1]);
    sketch.merge(sketchOf([2]));
    expect([0.3, 0.6, 0.9].map((q) => sketch.quantile(q))).toEqual([1, 2, 3]);
    sketch.merge(sketch);
    expect([sketch.count, sketch.quantile(0.5)]).toEqual([6, 2]);
  });
});

describe("reset", () => {
  it.each([3, 3000])("forgets %d values", (length) => {
    const sketch = sketchOf(Array.from({ length }, (_, i) => i));
    expect(sketch.quantile(1)).toBe(length - 1);
    sketch.reset();
    expect([sketch.count, sketch.size, sketch.quantile(0.5)]).toEqual([0, 0, NaN]);
    sketch.add(-1);
    expect([sketch.quantile(0), sketch.quantile(0.5), sketch.quantile(1)]).toEqual([-1, -1, -1]);
  });
});
