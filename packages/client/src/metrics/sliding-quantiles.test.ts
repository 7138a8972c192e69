import { beforeEach, expect, it } from "vitest";
import { SlidingQuantiles } from "./sliding-quantiles.ts";

let seconds: number;
const now = (): number => seconds * 1000;

beforeEach(() => {
  seconds = 0;
});

it("has no quantiles before the first observation", () => {
  const sliding = new SlidingQuantiles({ now });
  expect([sliding.count, ...sliding.quantiles([0, 0.5, 1])]).toEqual([0, NaN, NaN, NaN]);
});

it("gives the quantiles of all observations in the window, whatever their slice", () => {
  const sliding = new SlidingQuantiles({ now, maxAgeSeconds: 50, ageBuckets: 5 });
  for (let i = 1; i <= 100; i++) {
    seconds = (i - 1) / 2;
    sliding.observe(i);
  }
  expect(sliding.quantiles([0.01, 0.5, 0.9, 1])).toEqual([1, 50, 90, 100]);
});

it("counts each observation once, from its own second to the end of its slice's age", () => {
  const sliding = new SlidingQuantiles({ now, maxAgeSeconds: 50, ageBuckets: 5 });
  for (seconds = 0; seconds < 500; seconds++) {
    sliding.observe(seconds);
    const oldest = Math.max(0, (Math.floor(seconds / 10) - 4) * 10);
    expect([sliding.count, ...sliding.quantiles([0, 1])]).toEqual([seconds - oldest + 1, oldest, seconds]);
  }
});

it("never shows an observation that is older than the window", () => {
  const sliding = new SlidingQuantiles({ now, maxAgeSeconds: 60, ageBuckets: 3 });
  for (const start of [0, 7, 19, 20, 39]) {
    seconds = 1000 * 60 + start;
    sliding.reset();
    sliding.observe(1);
    seconds += 40;
    expect(sliding.count).toBe(1);
    seconds += 20;
    expect(sliding.count).toBe(0);
  }
});

it("drops what is old by the clock alone", () => {
  const sliding = new SlidingQuantiles({ now });
  for (let i = 0; i < 5; i++) {
    seconds = i * 120;
    sliding.observe(i);
  }
  expect(sliding.quantiles([0])).toEqual([0]);
  seconds = 600;
  expect([sliding.count, ...sliding.quantiles([0, 1])]).toEqual([4, 1, 4]);
  seconds = 1e6;
  expect([sliding.count, ...sliding.quantiles([0, 1])]).toEqual([0, NaN, NaN]);
  sliding.observe(9);
  expect([sliding.count, ...sliding.quantiles([0, 1])]).toEqual([1, 9, 9]);
});

it("starts a slice afresh where one of long ago has been", () => {
  const sliding = new SlidingQuantiles({ now, maxAgeSeconds: 50, ageBuckets: 5 });
  for (let round = 0; round < 10; round++) {
    seconds = round * 50;
    sliding.observe(round);
    expect(sliding.quantiles([0, 1])).toEqual([round, round]);
  }
});

it("is not changed by being read", () => {
  const sliding = new SlidingQuantiles({ now });
  for (let i = 0; i < 5000; i++) {
    seconds = i / 10;
    sliding.observe(i);
  }
  const first = sliding.quantiles([0.5, 0.99]);
  expect([sliding.quantiles([0.5, 0.99]), sliding.count]).toEqual([first, 5000]);
  expect(first[0]).toBeCloseTo(2500, -2);
  expect(first[1]).toBeCloseTo(4950, -2);
});

it("ignores NaN", () => {
  const sliding = new SlidingQuantiles({ now });
  sliding.observe(NaN);
  expect([sliding.count, ...sliding.quantiles([0.5])]).toEqual([0, NaN]);
});

it("forgets all at a reset", () => {
  const sliding = new SlidingQuantiles({ now });
  sliding.observe(1);
  sliding.reset();
  expect([sliding.count, ...sliding.quantiles([0.5])]).toEqual([0, NaN]);
});

it("takes the runtime's clock by default", () => {
  const sliding = new SlidingQuantiles();
  sliding.observe(3);
  expect(sliding.quantiles([0.5])).toEqual([3]);
});
