import { Gauge, Histogram, Registry } from "@exporterkit/client";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Collector } from "./collector.ts";
import { Pipeline } from "./pipeline.ts";
import type { Scrape } from "./scrape.ts";

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let base: Registry;
let pipeline: Pipeline;
beforeEach(() => {
  base = new Registry();
  pipeline = new Pipeline({ base: [base], logger });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.clearAllMocks();
  await pipeline.stop();
});

/** What a scrape shows: the lines of samples, but for what differs from scrape to scrape. */
async function scrape(...names: string[]): Promise<string[]> {
  const collected = await pipeline.collect({
    signal: new AbortController().signal,
    names: names.length > 0 ? new Set(names) : undefined,
  });
  const text = await collected.registry.metrics();
  collected.release();
  await turn();
  return text.split("\n").filter((line) => /^[a-z]/.test(line) && !/duration_seconds|timeouts_total/.test(line));
}

function success(name: string, value: number): string {
  return `exporterkit_collector_success{collector="${name}"} ${value}`;
}

/** A collector that has something of its own, and does more. */
function collector(name: string, more: (scrape: Scrape) => void, settings: Partial<Collector> = {}): Collector {
  return {
    name,
    reusesMetrics: true,
    collect(scraped) {
      scraped.gauge({ name: `${name}_own`, help: "Own." }).set(1);
      more(scraped);
    },
    ...settings,
  };
}

const doors = (scraped: Scrape): void => scraped.gauge({ name: "doors", help: "Doors." }).set(2);
const opened = (scraped: Scrape): void => scraped.counter({ name: "doors", help: "Opened." }).inc(9);

describe("a family that clashes with one of another collector", () => {
  it("is left out, the same one in every scrape, and nothing else is", async () => {
    await pipeline.use([collector("a", doors), collector("b", opened)]);
    const expected = ["a_own 1", "b_own 1", "doors 2", success("a", 1), success("b", 0)];
    for (let i = 0; i < 4; i++) expect(await scrape()).toEqual(expected);
  });

  it("is that of a collector that gives way, wherever it stands", async () => {
    await pipeline.use([collector("b", opened, { givesWay: true }), collector("a", doors)]);
    const expected = ["a_own 1", "b_own 1", "doors 2", success("a", 1), success("b", 0)];
    for (let i = 0; i < 4; i++) expect(await scrape()).toEqual(expected);
    expect(pipeline.names).toEqual(["b", "a"]);
  });

  it("is logged once, with what it clashes with, and again once that was over", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    let clashes = true;
    await pipeline.use([collector("a", (scraped) => clashes && doors(scraped)), collector("b", opened)]);
    const clash = {
      collector: "b",
      family: "doors",
      clashesWith: "a",
      error: "doors: its type is counter, but gauge in another collector; make them the same, or choose another name",
    };
    // It takes both: whoever asks for one of them does not end it.
    for (const names of [[], ["b"], [], ["a"], ["b"], []]) {
      await scrape(...names);
      vi.advanceTimersByTime(3_600_000);
    }
    expect(logger.error.mock.calls).toEqual([[clash, "family left out"]]);
    expect(logger.info).not.toHaveBeenCalled();
    clashes = false;
    expect(await scrape()).toEqual(["a_own 1", "b_own 1", "doors 9", success("a", 1), success("b", 1)]);
    expect(logger.info.mock.calls).toEqual([[{ collector: "b", family: "doors" }, "family is no longer left out"]]);
    clashes = true;
    await scrape();
    expect(logger.error).toHaveBeenCalledTimes(2);
  });

  it("is logged with the collector where only their samples' names clash", async () => {
    await pipeline.use([
      collector("a", ({ registry }) => {
        new Histogram({ name: "wait", help: "Waits.", buckets: [1], registers: [registry] }).observe(2);
      }),
      collector("c", doors),
      collector("b", (scraped) => scraped.gauge({ name: "wait_count", help: "Waits." }).set(5)),
    ]);
    expect(await scrape()).toContain("wait_count 1");
    expect(logger.error.mock.calls).toEqual([
      [expect.objectContaining({ collector: "b", family: "wait_count", clashesWith: "a" }), "family left out"],
    ]);
  });

  it("is no failure of a scrape that has the rest", async () => {
    new Gauge({ name: "doors", help: "Doors.", registers: [base] }).set(3);
    await pipeline.use([collector("b", opened)]);
    expect(await scrape()).toEqual(["b_own 1", "doors 3", success("b", 0)]);
  });

  it("is that of the collector also where the other one tells how collectors fare", async () => {
    const told = (scraped: Scrape): void => scraped.gauge({ name: "other_success", help: "Told." }).set(5);
    await pipeline.use([
      collector("a", told, { reportedAs: "other" }),
      { name: "b", reportedAs: "other", collect: () => Promise.reject(new Error("down")) },
    ]);
    const expected = ["a_own 1", success("a", 0), success("b", 0)];
    const fared = ['other_success{collector="a"} 0', 'other_success{collector="b"} 0'];
    for (let i = 0; i < 3; i++) expect(await scrape()).toEqual([...expected, ...fared]);
  });
});

describe("a registry of the exporter's own that gains a metric between scrapes", () => {
  it("keeps it, and the collector whose family clashes with it has not succeeded until it goes", async () => {
    await pipeline.use([collector("a", doors)]);
    const before = ["a_own 1", "doors 2", success("a", 1)];
    for (let i = 0; i < 3; i++) expect(await scrape()).toEqual(before);
    new Gauge({ name: "doors", help: "Doors.", registers: [base] }).set(3);
    for (let i = 0; i < 3; i++) expect(await scrape()).toEqual(["a_own 1", "doors 3", success("a", 0)]);
    expect(logger.error.mock.calls).toEqual([
      [
        {
          collector: "a",
          family: "doors",
          clashesWith: "the exporter itself",
          error: "doors: the exporter itself has a metric of that name; choose another",
        },
        "family left out",
      ],
    ]);
    base.removeSingleMetric("doors");
    for (let i = 0; i < 2; i++) expect(await scrape()).toEqual(before);
    expect(logger.info.mock.calls).toEqual([[{ collector: "a", family: "doors" }, "family is no longer left out"]]);
  });

  it("is left out where that clashes with what every scrape has, and takes nothing else along", async () => {
    await pipeline.use([collector("a", doors)]);
    await scrape();
    new Gauge({ name: "exporterkit_collector_success", help: "Taken.", registers: [base] }).set(7);
    for (let i = 0; i < 3; i++) expect(await scrape()).toEqual(["a_own 1", "doors 2", success("a", 1)]);
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(logger.error.mock.calls[0]![0].error).toContain("exporterkit_collector_success");
    base.clear();
    await scrape();
    expect(logger.info).toHaveBeenCalledTimes(1);
  });
});
