import * as promClient from "prom-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as exporterKit from "./index.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether what was observed so long after the series came still counts, at each of some times after that. */
async function countedAt(client: typeof promClient, observedAt: number, times: readonly number[]): Promise<boolean[]> {
  vi.setSystemTime(1_700_000_000_000);
  const summary = new client.Summary({
    name: "s",
    help: "S.",
    percentiles: [1],
    maxAgeSeconds: 3,
    ageBuckets: 3,
    registers: [],
  });
  vi.advanceTimersByTime(observedAt);
  summary.observe(7);
  const counted: boolean[] = [];
  for (const time of times) {
    vi.setSystemTime(1_700_000_000_000 + time);
    counted.push((await summary.get()).values[0]!.value === 7);
  }
  return counted;
}

it.each([
  { observedAt: 0, times: [3000, 3001], counted: [true, false] },
  { observedAt: 1000, times: [3000, 3001], counted: [true, false] },
  // The slices begin with the series, not with its first observation.
  { observedAt: 1250, times: [3001, 4000, 4001], counted: [true, true, false] },
])("an observation after $observedAt ms counts as long as in prom-client", async ({ observedAt, times, counted }) => {
  expect(await countedAt(exporterKit as unknown as typeof promClient, observedAt, times)).toEqual(counted);
  expect(await countedAt(promClient, observedAt, times)).toEqual(counted);
});

it("a pruned series goes with its last observation, and comes back with the next", async () => {
  const summary = new exporterKit.Summary({
    name: "s",
    help: "S.",
    percentiles: [],
    maxAgeSeconds: 3,
    ageBuckets: 3,
    pruneAgedBuckets: true,
    registers: [],
  });
  expect((await summary.get()).values).toEqual([]);
  summary.observe(7);
  expect((await summary.get()).values).toHaveLength(2);
  vi.advanceTimersByTime(3001);
  expect((await summary.get()).values).toEqual([]);
  summary.observe(1);
  expect((await summary.get()).values).toEqual([
    { metricName: "s_sum", labels: {}, value: 1 },
    { metricName: "s_count", labels: {}, value: 1 },
  ]);
});
