import { Counter, Gauge, GaugeHistogram, Histogram, Registry } from "@exporterkit/client";
import { describe, expect, it } from "vitest";
import type { WireAsk } from "../wire.ts";
import { History } from "./history.ts";
import { plotOf } from "./plot-of.ts";
import { summaryValues } from "./summary-values.ts";

const limits = { seconds: 900, bytes: 1_000_000, series: 1000 };

/** A history of a registry, which takes a sample every two seconds. */
function historyOf(registry: Registry, more: Partial<typeof limits> = {}): History & { sample(): Promise<void> } {
  const history = new History({ ...limits, ...more });
  let now = 1_800_000_000;
  return Object.assign(history, { sample: async () => history.record(await registry.collect(), (now += 2)) });
}

function plot(history: History, family: string, ask: Partial<WireAsk> = {}): ReturnType<typeof plotOf> {
  return plotOf(history, history.families.get(family)!, { family, since: 0, matchers: [], most: 10, ...ask });
}

describe("a history", () => {
  it("has gauges as they are, and nothing of what was not there", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "rooms", help: "Rooms.", labelNames: ["floor"], registers: [registry] });
    const history = historyOf(registry);
    gauge.set({ floor: "1" }, 4);
    await history.sample();
    gauge.set({ floor: "2" }, 5.123456789012);
    await history.sample();
    gauge.remove({ floor: "1" });
    await history.sample();
    expect(plot(history, "rooms").lines).toEqual([
      { labels: { floor: "2" }, values: [null, 5.12345679, 5.12345679] },
      { labels: { floor: "1" }, values: [4, 4, null] },
    ]);
  });

  it("has counters as rates, also over a reset and beside a gap", async () => {
    const registry = new Registry();
    const counter = new Counter({ name: "jobs_total", help: "Jobs.", registers: [registry] });
    const history = historyOf(registry);
    for (const amount of [10, 4, 0]) {
      counter.inc(amount);
      await history.sample();
    }
    counter.reset();
    counter.inc(6);
    await history.sample();
    await history.record([], 1_800_000_100);
    expect(plot(history, "jobs_total").lines[0]!.values).toEqual([null, 2, 0, 3, null]);
  });

  it("has histograms as observations in each bucket by the second, of all series that fit", async () => {
    const registry = new Registry();
    const options = {
      name: "wait_seconds",
      help: "Waits.",
      labelNames: ["queue"],
      buckets: [1, 2],
      registers: [registry],
    };
    const histogram = new Histogram(options);
    const history = historyOf(registry);
    for (const queue of ["a", "b"]) histogram.labels({ queue });
    await history.sample();
    for (const value of [0.5, 0.5, 1.5, 9]) histogram.observe({ queue: "a" }, value);
    histogram.observe({ queue: "b" }, 1.5);
    await history.sample();
    const values = (matchers: WireAsk["matchers"]): unknown =>
      plot(history, "wait_seconds", { matchers }).lines.map((line) => [line.labels["le"], line.values]);
    expect(values([])).toEqual([
      ["1", [null, 1]],
      ["2", [null, 1]],
      ["Infinity", [null, 0.5]],
    ]);
    expect(values([{ label: "queue", isNegated: false, value: "b" }])).toEqual([
      ["1", [null, 0]],
      ["2", [null, 0.5]],
      ["Infinity", [null, 0]],
    ]);
  });

  it("has the mean of a gauge histogram without buckets as it is, whatever it was", async () => {
    const registry = new Registry();
    const ages = new GaugeHistogram({ name: "age_seconds", help: "Ages.", buckets: [], registers: [registry] });
    const history = historyOf(registry);
    for (const values of [[1, 3], [8], []]) {
      ages.set(values);
      await history.sample();
    }
    expect(plot(history, "age_seconds").lines.map(({ values }) => values)).toEqual([[2, 8, null]]);
  });

  it("tells the top series, and after that only what is new of them", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "size", help: "Sizes.", labelNames: ["name"], registers: [registry] });
    const history = historyOf(registry);
    for (let i = 0; i < 9; i++) gauge.set({ name: `n${i}` }, i);
    await history.sample();
    const first = plot(history, "size", { most: 2 });
    expect(first).toMatchObject({ isNew: true, from: 1, total: 9, fitting: 9 });
    expect(first.lines.map(({ labels }) => labels["name"])).toEqual(["n8", "n7"]);
    gauge.set({ name: "n8" }, 100);
    await history.sample();
    expect(plot(history, "size", { most: 2, since: 2, shown: first.shown })).toMatchObject({
      isNew: false,
      from: 2,
      lines: [{ values: [100] }, { values: [7] }],
    });
  });

  it("never shows a series under the labels of another that has gone", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "size", help: "Sizes.", labelNames: ["name"], registers: [registry] });
    const history = historyOf(registry, { seconds: 5 });
    gauge.set({ name: "old" }, 1);
    await history.sample();
    const { shown } = plot(history, "size");
    gauge.remove({ name: "old" });
    for (let i = 0; i < 5; i++) await history.sample();
    gauge.set({ name: "new" }, 2);
    await history.sample();
    expect(plot(history, "size", { since: history.last, shown })).toMatchObject({
      isNew: true,
      lines: [{ labels: { name: "new" } }],
    });
  });

  it("forgets what is too old, and families that are gone", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "gone", help: "Gone.", registers: [registry] });
    const history = historyOf(registry, { seconds: 9 });
    await history.sample();
    registry.removeSingleMetric(gauge.name);
    for (let i = 0; i < 20; i++) await history.sample();
    expect(history.times.length).toBe(5);
    expect(history.families.size).toBe(0);
    expect(history.bytes).toBe(0);
  });

  it("stays within its bytes and its series, and tells how many it has not", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "many", help: "Many.", labelNames: ["id"], registers: [registry] });
    for (let id = 0; id < 150; id++) gauge.set({ id }, id);
    const history = historyOf(registry, { bytes: 8000, series: 100 });
    for (let i = 0; i < 30; i++) await history.sample();
    expect(history.dropped).toBe(50);
    expect(history.bytes).toBeLessThanOrEqual(8000);
    expect(history.times.length).toBe(10);
    // Others come in their place: no index is given away for ever.
    gauge.reset();
    for (let id = 1000; id < 1060; id++) gauge.set({ id }, id);
    for (let i = 0; i < 30; i++) await history.sample();
    expect(history.dropped).toBe(0);
    expect(plot(history, "many").total).toBe(60);
  });

  it("begins a family anew that is declared in another way", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "thing", help: "A thing.", registers: [registry] });
    const history = historyOf(registry);
    await history.sample();
    registry.removeSingleMetric(gauge.name);
    new Gauge({ name: "thing", help: "A thing.", labelNames: ["kind"], registers: [registry] }).set({ kind: "x" }, 1);
    const { version } = history;
    await history.sample();
    expect(history.version).toBeGreaterThan(version);
    expect(plot(history, "thing").lines).toEqual([{ labels: { kind: "x" }, values: [null, 1] }]);
  });
});

describe("a summary", () => {
  it("adds up the series it is about, divides, and has quantiles", async () => {
    const registry = new Registry();
    const options = { name: "req_seconds", help: "R.", labelNames: ["code"], buckets: [1, 2], registers: [registry] };
    const histogram = new Histogram(options);
    const history = historyOf(registry);
    for (const code of [200, 500, 503]) histogram.labels({ code });
    await history.sample();
    for (let i = 0; i < 6; i++) histogram.observe({ code: 200 }, 0.5);
    for (const code of [500, 503]) histogram.observe({ code }, 1.5);
    await history.sample();
    const metric = "req_seconds";
    const lines = [
      { metric },
      { metric, except: { code: "2*" } },
      { metric, where: { code: ["500", "503"] }, over: { metric } },
      { metric, quantile: 0.5 },
      { metric, combine: "max" as const },
      { metric: "none" },
    ];
    const values = summaryValues(history, { title: "R", lines }, 1)!.map((line) => line[1]);
    expect(values).toEqual([4, 1, 0.25, 0.666666667, 3, null]);
    const ofFirst = { metric, firstOf: "code" };
    expect(summaryValues(history, { title: "R", lines: [ofFirst, { ...ofFirst, where: { code: "5*" } }] }, 1)).toEqual([
      [null, 3],
      [null, null],
    ]);
    expect(summaryValues(history, { title: "N", lines: [{ metric: "none" }] }, 1)).toBe(null);
  });
});
