import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SummaryPlot } from "../summary.ts";
import type { WireAnswer, WireQuery } from "../wire.ts";
import { Feed } from "./feed.ts";
import { PlotData } from "./plot-data.ts";

const queries: WireQuery[] = [];
let answers: (Partial<WireAnswer> | number)[] = [];

beforeEach(() => {
  queries.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (url: URL) => {
    queries.push(JSON.parse(url.searchParams.get("q")!) as WireQuery);
    const next = answers.shift() ?? {};
    if (typeof next === "number") return new Response("", { status: next });
    const usual = {
      run: "r",
      nextMs: 2000,
      first: 1,
      from: 1,
      times: [],
      dropped: 0,
      summary: [],
      plots: [],
      collectors: [],
    };
    return new Response(JSON.stringify({ ...usual, ...next }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function start(...given: typeof answers): Promise<Feed> {
  answers = given;
  const feed = new Feed();
  feed.start();
  await vi.advanceTimersByTimeAsync(0);
  return feed;
}

const plot = (title: string): SummaryPlot => ({ title, lines: [] });

it("a feed appends what is new, and begins anew after a restart and after a long sleep", async () => {
  const feed = await start(
    { times: [10, 12], summaryPlots: [plot("a"), plot("b")], summary: [[[1, 2]], null] },
    { from: 3, times: [14], summary: [[[3]], [[7]]] },
    { from: 90, first: 80, times: [200], summary: [[[4]], [[8]]] },
    { run: "other", from: 1, first: 1, times: [300], summaryPlots: [plot("c")], summary: [[[5]]] },
  );
  expect(feed.summary).toEqual([[[1, 2]], null]);
  expect(feed.summaryPlots).toEqual([plot("a"), plot("b")]);
  await vi.advanceTimersByTimeAsync(2100);
  expect([feed.times, feed.summary]).toEqual([
    [10, 12, 14],
    [[[1, 2, 3]], [[null, null, 7]]],
  ]);
  await vi.advanceTimersByTimeAsync(2100);
  expect([feed.first, feed.times, feed.summary]).toEqual([90, [200], [[[4]], [[8]]]]);
  await vi.advanceTimersByTimeAsync(2100);
  expect([feed.first, feed.times, feed.summary]).toEqual([1, [300], [[[5]]]]);
  expect(feed.summaryPlots).toEqual([plot("c")]);
  expect(queries.map(({ run, since }) => [run, since])).toEqual([
    [undefined, 1],
    ["r", 3],
    ["r", 4],
    ["r", 91],
  ]);
});

it("a feed asks for all plots in a round, however many there are, in addresses that servers take", async () => {
  const feed = await start();
  const names = Array.from({ length: 50 }, (_, i) => `${"long_name_".repeat(20)}${i}`);
  for (const name of names) feed.add(new PlotData(name, 4, []));
  await vi.advanceTimersByTimeAsync(1000);
  const asked = queries.flatMap(({ plots }) => plots.map(({ family }) => family));
  expect(asked).toEqual(names);
  for (const query of queries) expect(encodeURIComponent(JSON.stringify(query)).length).toBeLessThan(12_000);
});

it("a feed tries again when the server is away or has too many viewers", async () => {
  const feed = await start(500, 503, {});
  expect(feed.connection).toBe("lost");
  await vi.advanceTimersByTimeAsync(3100);
  expect(feed.connection).toBe("crowded");
  await vi.advanceTimersByTimeAsync(10_100);
  expect(feed.connection).toBe("live");
});
