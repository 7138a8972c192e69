import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Family } from "../family.ts";
import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Histogram } from "../metrics/histogram.ts";
import { Info } from "../metrics/info.ts";
import type { MetricOptions } from "../metrics/metric.ts";
import { StateSet } from "../metrics/state-set.ts";
import { Summary } from "../metrics/summary.ts";
import { Registry } from "../registry.ts";
import { Aggregator, type AggregatorOptions } from "./aggregator.ts";
import { FamilyChanges } from "./family-changes.ts";
import type { Source } from "./source.ts";

const limits = { maxSeries: 1000, maxFamilies: 100, maxNumbers: 100_000 };

/** A process of which the metrics are merged with those of others. */
class Process {
  readonly registry: Registry = new Registry({ onCollectError: (error) => expect.unreachable(String(error)) });
  source: Source;
  readonly #aggregator: Aggregator;
  #changes = new FamilyChanges((error) => expect.unreachable(String(error)));

  constructor(aggregator: Aggregator, worker: string, given = limits) {
    this.#aggregator = aggregator;
    this.source = aggregator.join(worker, given);
  }

  /** Loses its connection, and tells all again over another before it goes on. */
  reconnect(): void {
    this.source.leave();
    const earlier = this.source;
    this.source = this.#aggregator.join(earlier.worker, limits);
    this.source.resume(earlier);
    this.#changes = new FamilyChanges((error) => expect.unreachable(String(error)));
  }

  /** Tells what has changed. */
  async tell(): Promise<void> {
    for (const _ of this.#changes.tell(await this.registry.collect(), this.source, true));
  }
}

/** Merges the metrics of processes. */
class Merging {
  readonly errors: string[] = [];
  readonly aggregator: Aggregator;
  readonly registry: Registry = new Registry({ onCollectError: (error) => this.errors.push(String(error)) });

  constructor(options: Partial<AggregatorOptions> = {}) {
    this.aggregator = new Aggregator({ onError: ({ message }) => this.errors.push(message), ...options });
    this.registry.registerCollector(() => this.aggregator.merge());
  }

  join(worker = "1", given = limits): Process {
    return new Process(this.aggregator, worker, given);
  }

  /** The lines of samples that are exposed. */
  async lines(...processes: readonly Process[]): Promise<string[]> {
    for (const process of processes) await process.tell();
    return (await this.registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  }
}

const declared = { name: "x", help: "X." };

function counterIn({ registry }: Process, options: Partial<MetricOptions<string>> = {}): Counter<string> {
  return new Counter({ ...declared, name: "x_total", labelNames: ["a"], registers: [registry], ...options });
}

function gaugeIn({ registry }: Process, options: Partial<MetricOptions<string>> = {}): Gauge {
  return new Gauge({ ...declared, registers: [registry], ...options } as never);
}

describe("counters", () => {
  it("are added up by labels, and what a process that has ended counted stays", async () => {
    const merging = new Merging();
    const [first, second] = [merging.join("1"), merging.join("2")];
    const [a, b] = [counterIn(first), counterIn(second)];
    a.inc({ a: "shared" }, 5);
    b.inc({ a: "shared" }, 7);
    b.inc({ a: "own" }, 1);
    expect(await merging.lines(first, second)).toEqual(['x_total{a="shared"} 12', 'x_total{a="own"} 1']);
    second.source.leave();
    a.inc({ a: "shared" });
    expect(await merging.lines(first)).toEqual(['x_total{a="shared"} 13', 'x_total{a="own"} 1']);
    const third = merging.join("2");
    counterIn(third).inc({ a: "own" }, 2);
    expect(await merging.lines(first, third)).toEqual(['x_total{a="shared"} 13', 'x_total{a="own"} 3']);
  });

  it("do not fall when a process resets or removes its own", async () => {
    const merging = new Merging();
    const [first, second] = [merging.join("1"), merging.join("2")];
    const [a, b] = [counterIn(first), counterIn(second)];
    a.inc({ a: "s" }, 5);
    b.inc({ a: "s" }, 7);
    await merging.lines(first, second);
    a.remove({ a: "s" });
    expect(await merging.lines(first)).toEqual(['x_total{a="s"} 12']);
    a.inc({ a: "s" }, 2);
    expect(await merging.lines(first)).toEqual(['x_total{a="s"} 14']);
    b.reset();
    b.inc({ a: "s" }, 1);
    expect(await merging.lines(second)).toEqual(['x_total{a="s"} 15']);
  });

  it("go when every process that is there has removed the series", async () => {
    const merging = new Merging();
    const [first, second] = [merging.join("1"), merging.join("2")];
    const [a, b] = [counterIn(first), counterIn(second)];
    a.inc({ a: "s" });
    b.inc({ a: "s" });
    await merging.lines(first, second);
    a.remove({ a: "s" });
    b.remove({ a: "s" });
    expect(await merging.lines(first, second)).toEqual([]);
  });

  it("of one label set count once, in whatever order a collector makes the series", async () => {
    const merging = new Merging();
    const process = merging.join();
    let order = ["p", "q"];
    process.registry.registerCollector(() => {
      const made = new Counter({ name: "x_total", help: "X.", labelNames: ["a"], registers: [] });
      for (const a of order) made.inc({ a }, a === "p" ? 1 : 2);
      return [made];
    });
    expect(await merging.lines(process)).toEqual(['x_total{a="p"} 1', 'x_total{a="q"} 2']);
    order = ["q", "p"];
    expect(await merging.lines(process)).toEqual(['x_total{a="p"} 1', 'x_total{a="q"} 2']);
    order = ["q"];
    expect(await merging.lines(process)).toEqual(['x_total{a="q"} 2']);
  });

  it("of processes that ended are forgotten after a time, if there is one", async () => {
    const merging = new Merging({ forgetAfterSeconds: 0.001 });
    const process = merging.join();
    counterIn(process).inc({ a: "s" });
    expect(await merging.lines(process)).toHaveLength(1);
    process.source.leave();
    await expect.poll(() => merging.lines()).toEqual([]);
  });

  it("are not counted twice when a process comes back that was only cut off", async () => {
    const merging = new Merging();
    const process = merging.join();
    const counter = counterIn(process);
    const [classic, native] = [{ buckets: [1] }, { native: true }].map(
      (options) =>
        new Histogram({
          ...declared,
          ...(options as object),
          name: "buckets" in options ? "classic" : "native",
          registers: [process.registry],
        }),
    );
    counter.inc({ a: "s" }, 5);
    classic!.observe(3);
    native!.observe(3);
    await merging.lines(process);
    counter.inc({ a: "s" }, 2);
    classic!.observe(0.5);
    native!.observe(3);

    process.reconnect();
    expect(await merging.lines(process)).toEqual([
      'classic_bucket{le="1"} 1',
      'classic_bucket{le="+Inf"} 2',
      "classic_sum 3.5",
      "classic_count 2",
      'native_bucket{le="+Inf"} 2',
      "native_sum 6",
      "native_count 2",
      'x_total{a="s"} 7',
    ]);
    const family = (await merging.registry.collect()).find(({ name }) => name === "native")!;
    expect(family.native!(0).positive).toEqual([[13, 2]]);
  });

  it("aggregated by max are held where they would fall", async () => {
    const merging = new Merging();
    const [first, second] = [merging.join("1"), merging.join("2")];
    const counters = [first, second].map((process) => counterIn(process, { aggregation: "max" }));
    counters[0]!.inc({ a: "s" }, 5);
    counters[1]!.inc({ a: "s" }, 7);
    expect(await merging.lines(first, second)).toEqual(['x_total{a="s"} 7']);
    second.source.leave();
    expect(await merging.lines(first)).toEqual(['x_total{a="s"} 7']);
    first.source.leave();
    expect(await merging.lines()).toEqual(['x_total{a="s"} 7']);
  });
});

it.each([
  { aggregation: undefined, together: 10, alone: 2 },
  { aggregation: "sum", together: 10, alone: 2 },
  { aggregation: "max", together: 8, alone: 2 },
  { aggregation: "min", together: 2, alone: 2 },
  { aggregation: "average", together: 5, alone: 2 },
  { aggregation: "first", together: 8, alone: 2 },
] as const)("gauges by $aggregation are of the processes that are there", async ({ aggregation, together, alone }) => {
  const merging = new Merging();
  const [first, second] = [merging.join("1"), merging.join("2")];
  gaugeIn(first, { aggregation }).set(8);
  gaugeIn(second, { aggregation }).set(2);
  expect(await merging.lines(first, second)).toEqual([`x ${together}`]);
  first.source.leave();
  expect(await merging.lines(second)).toEqual([`x ${alone}`]);
  second.source.leave();
  expect(await merging.lines()).toEqual([]);
});

it("perWorker gives each process its series; that of one that ended goes after it was exposed once more", async () => {
  const merging = new Merging();
  const [first, second] = [merging.join("1"), merging.join("2")];
  for (const process of [first, second]) {
    counterIn(process, { aggregation: "perWorker" }).inc({ a: "s" });
  }
  gaugeIn(first, { name: "g", aggregation: "perWorker" }).set(3);
  const ofFirst = ['x_total{a="s",worker="1"} 1'];
  const ofSecond = ['x_total{a="s",worker="2"} 1'];
  expect(await merging.lines(first, second)).toEqual(['g{worker="1"} 3', ...ofFirst, ...ofSecond]);
  first.source.leave();
  expect(await merging.lines(second)).toEqual([...ofFirst, ...ofSecond]);
  expect(await merging.lines(second)).toEqual(ofSecond);
  const third = merging.join("1");
  counterIn(third, { aggregation: "perWorker" }).inc({ a: "s" });
  expect(await merging.lines(second, third)).toEqual([...ofFirst, ...ofSecond]);
  third.source.leave();
  const fourth = merging.join("1");
  counterIn(fourth, { aggregation: "perWorker" }).inc({ a: "s" }, 5);
  expect(await merging.lines(second, fourth)).toEqual(['x_total{a="s",worker="1"} 6', ...ofSecond]);
});

it("a label called worker and an aggregation that does not suit the type are refused", () => {
  const options = { ...declared, registers: [], aggregation: "perWorker" as const };
  expect(() => new Gauge({ ...options, labelNames: ["worker"] })).toThrow(/perWorker adds/);
  expect(() => new Histogram({ ...options, aggregation: "max" })).toThrow(/choose one of sum, perWorker/);
});

it("histograms and summaries are added up, quantiles left out", async () => {
  const merging = new Merging();
  const processes = [merging.join("1"), merging.join("2")];
  for (const [i, { registry }] of processes.entries()) {
    new Histogram({ ...declared, buckets: [1, 2], registers: [registry] }).observe(i + 0.5);
    new Summary({ ...declared, name: "y", quantiles: [0.5], registers: [registry] }).observe(i);
  }
  expect(await merging.lines(...processes)).toEqual([
    'x_bucket{le="1"} 1',
    'x_bucket{le="2"} 2',
    'x_bucket{le="+Inf"} 2',
    "x_sum 2",
    "x_count 2",
    "y_sum 1",
    "y_count 2",
  ]);
});

it("an info stays 1, and a state set is in each state that a process is in", async () => {
  const merging = new Merging();
  const processes = [merging.join("1"), merging.join("2")];
  for (const [i, { registry }] of processes.entries()) {
    new Info({ ...declared, name: "build_info", labelNames: ["v"], registers: [registry] }).set({ v: "1" });
    const state = new StateSet({ ...declared, name: "s", states: ["on", "off", "odd"], registers: [registry] });
    state.set(i === 0 ? "on" : "off");
  }
  expect(await merging.lines(...processes)).toEqual([
    'build_info{v="1"} 1',
    's{s="on"} 1',
    's{s="off"} 1',
    's{s="odd"} 0',
  ]);
});

it("exemplars are the latest of all processes", async () => {
  const merging = new Merging();
  const processes = [merging.join("1"), merging.join("2")];
  for (const [i, { registry }] of processes.entries()) {
    new Counter({ ...declared, name: "x_total", registers: [registry] }).inc(1, { trace: String(i) });
    await processes[i]!.tell();
  }
  const { body } = await merging.registry.expose({ accept: "application/openmetrics-text" });
  expect(new TextDecoder().decode(body)).toContain('x_total 2 # {trace="1"} 1');
});

it("what is declared otherwise waits, is reported once, and comes in when the others are gone", async () => {
  const merging = new Merging();
  const [old, young] = [merging.join("1"), merging.join("2")];
  new Histogram({ ...declared, buckets: [1], registers: [old.registry] }).observe(1);
  const changed = new Histogram({ ...declared, buckets: [1, 2], labelNames: ["a"], registers: [young.registry] });
  changed.observe({ a: "s" }, 2);
  const before = ['x_bucket{le="1"} 1', 'x_bucket{le="+Inf"} 1', "x_sum 1", "x_count 1"];
  expect(await merging.lines(old, young)).toEqual(before);
  changed.observe({ a: "s" }, 2);
  expect(await merging.lines(old, young)).toEqual(before);
  expect(merging.errors).toEqual([expect.stringContaining("x: worker 2 declares it otherwise")]);
  old.source.leave();
  changed.observe({ a: "s" }, 0);
  expect(await merging.lines(young)).toEqual([
    'x_bucket{a="s",le="1"} 1',
    'x_bucket{a="s",le="2"} 3',
    'x_bucket{a="s",le="+Inf"} 3',
    'x_sum{a="s"} 4',
    'x_count{a="s"} 3',
  ]);
});

const anyStep = fc.oneof(
  fc.record({ do: fc.constant("count" as const), process: fc.nat(2), label: fc.nat(2), amount: fc.nat(9) }),
  fc.record({ do: fc.constantFrom("remove" as const), process: fc.nat(2), label: fc.nat(2) }),
  fc.record({ do: fc.constantFrom("tell" as const, "end" as const, "cut off" as const), process: fc.nat(2) }),
);

it.each([{ removals: false }, { removals: true }])(
  "whatever processes do, nothing counted is lost or counted twice, nor does a total fall (removals: $removals)",
  async ({ removals }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
        const merging = new Merging();
        const start = (i: number) => {
          const process = merging.join(String(i));
          return { process, counter: counterIn(process) };
        };
        const running = [0, 1, 2].map(start);
        // What is told of each label, and what was counted and not told yet.
        const totals = [0, 0, 0];
        const pending = running.map(() => [0, 0, 0]);
        const last = new Map<string, number>();
        for (const step of steps) {
          const { process, counter } = running[step.process]!;
          if (step.do === "count") {
            counter.inc({ a: String(step.label) }, step.amount);
            pending[step.process]![step.label]! += step.amount;
          } else if (step.do === "remove") {
            if (removals) counter.remove({ a: String(step.label) });
          } else {
            if (step.do !== "end") await process.tell();
            for (const [i, amount] of pending[step.process]!.entries()) if (step.do !== "end") totals[i]! += amount;
            pending[step.process] = [0, 0, 0];
            if (step.do === "end") process.source.leave();
            if (step.do === "end") running[step.process] = start(step.process);
            if (step.do === "cut off") process.reconnect();
          }
          const lines = await merging.lines();
          const found = new Map(lines.map((line) => line.split(" ")).map(([name, value]) => [name!, Number(value)]));
          for (const [i, total] of totals.entries()) {
            const name = `x_total{a="${i}"}`;
            if (!removals) expect(found.get(name) ?? 0).toBe(total);
            else expect(found.get(name) ?? 0).toBeLessThanOrEqual(total);
            const value = found.get(name);
            if (value !== undefined) expect(value).toBeGreaterThanOrEqual(last.get(name) ?? 0);
            // A series that nobody has any more starts again from zero.
            if (value === undefined) last.delete(name);
            else last.set(name, value);
          }
        }
      }),
      { numRuns: 200 },
    );
  },
);

it("lookups that overflowed are added up", async () => {
  const merging = new Merging();
  const processes = [merging.join("1"), merging.join("2")];
  for (const process of processes) {
    const counter = counterIn(process, { maxSeries: 1 });
    for (const a of ["s", "t", "u"]) counter.inc({ a });
  }
  expect(await merging.lines(...processes)).toContain('exporterkit_overflowed_lookups_total{metric="x_total"} 4');
  expect(merging.errors).toEqual([]);
});

it("a metric that a process unregisters goes from what it tells", async () => {
  const merging = new Merging();
  const process = merging.join();
  gaugeIn(process).set(1);
  expect(await merging.lines(process)).toEqual(["x 1"]);
  process.registry.clear();
  expect(await merging.lines(process)).toEqual([]);
});

it("restarts leave nothing behind but what was counted", async () => {
  const merging = new Merging();
  for (let i = 0; i < 200; i++) {
    const process = merging.join(String(i % 3));
    counterIn(process).inc({ a: "s" });
    counterIn(process, { name: "own_total", aggregation: "perWorker" }).inc({ a: `${i}` });
    gaugeIn(process, { name: "g", labelNames: ["a"] }).set({ a: `${i}` } as never, 1);
    await merging.lines(process);
    process.source.leave();
  }
  await merging.lines();
  expect(await merging.lines()).toEqual(['x_total{a="s"} 200']);
  const ends = (await merging.aggregator.merge()).map(({ family }) => family.series.end);
  expect(Math.max(...ends)).toBeLessThan(5);
});

it("keeps family objects, and marks the slots whose numbers changed", async () => {
  const merging = new Merging();
  const process = merging.join();
  const counter = counterIn(process);
  counter.inc({ a: "s" });
  counter.inc({ a: "t" });
  await process.tell();
  const familyOf = async (): Promise<Family> => (await merging.aggregator.merge())[0]!.family;
  const family = await familyOf();
  const { dirty } = family.series as unknown as { dirty: Uint8Array };
  dirty.fill(0);
  counter.inc({ a: "t" });
  await process.tell();
  expect(await familyOf()).toBe(family);
  expect([...dirty.subarray(0, 2)]).toEqual([0, 255]);
});

it("refuses a process that has too many series", async () => {
  const process = new Merging().join("1", { ...limits, maxSeries: 2 });
  const counter = counterIn(process);
  for (const a of ["s", "t", "u"]) counter.inc({ a });
  await expect(process.tell()).rejects.toThrow(/more than maxSeries 2/);
});
