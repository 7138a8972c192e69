import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Family, NativeHistogram } from "../family.ts";
import { Counter } from "../metrics/counter.ts";
import { GaugeHistogram } from "../metrics/gauge-histogram.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Histogram } from "../metrics/histogram.ts";
import { Info } from "../metrics/info.ts";
import type { MetricOptions } from "../metrics/metric.ts";
import { StateSet } from "../metrics/state-set.ts";
import { Summary } from "../metrics/summary.ts";
import { Aggregator } from "../parallel/aggregator.ts";
import type { Report } from "../parallel/report.ts";
import { TimeSlice } from "../time-slice.ts";
import { Registry } from "../registry.ts";
import { collectDefaultMetrics } from "../runtime/default-metrics.ts";
import { collectThreads } from "./collect-threads.ts";
import type { CollectorMessage } from "./messages.ts";
import { MetricsSharing } from "./metrics-sharing.ts";
import { shareMetrics } from "./share-metrics.ts";
import { SharedFamily } from "./shared-family.ts";
import { ThreadPool } from "./thread-pool.ts";

const gc = ((): (() => void) => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

/** Collects the metrics of threads; what would be sent between them is handed over. */
class Collecting {
  readonly errors: string[] = [];
  readonly aggregator: Aggregator;
  readonly pool: ThreadPool;
  readonly registry: Registry = new Registry({ onCollectError: (error) => this.errors.push(String(error)) });
  threads = 0;

  constructor() {
    this.aggregator = new Aggregator({ onError: ({ message }) => this.errors.push(message) });
    this.pool = new ThreadPool(this.aggregator, (error) => this.errors.push(String(error)));
    this.registry.registerCollector(async () => {
      await this.pool.take(new TimeSlice());
      return this.aggregator.merge();
    });
  }

  start(worker = "1", maxBytes = 2 ** 26): Thread {
    return new Thread(this, worker, maxBytes);
  }

  /** The lines of samples that are exposed. */
  async lines(): Promise<string[]> {
    return (await this.registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  }
}

class Thread {
  readonly registry: Registry = new Registry();
  readonly sharing: MetricsSharing;
  readonly messages: CollectorMessage[] = [];
  readonly #collecting: Collecting;
  readonly #number: number;

  constructor(collecting: Collecting, worker: string, maxBytes: number) {
    this.#collecting = collecting;
    this.#number = ++collecting.threads;
    this.sharing = new MetricsSharing({
      sharer: { id: `${this.#number}`, thread: this.#number, ancestors: [], worker },
      registers: [this.registry],
      maxBytes,
      tell: (...messages) => {
        this.messages.push(...messages);
        for (const message of messages) collecting.pool.receive(message);
      },
      onError: (error) => collecting.errors.push((error as Error).message),
    });
  }

  /** Ends as a thread that is killed: it says nothing. */
  end(): void {
    this.#collecting.pool.receive({ kind: "ended", thread: this.#number });
  }
}

const declared = { name: "x", help: "X." };

/** What readers use, so that a test can do something between their steps. */
const atomics = Atomics as unknown as {
  load: (column: Int32Array, slot: number) => number;
  add: (column: Int32Array, slot: number, amount: number) => number;
};

function counterIn({ registry }: Thread, options: Partial<MetricOptions<string>> = {}): Counter<string> {
  return new Counter({ ...declared, name: "x_total", labelNames: ["a"], registers: [registry], ...options });
}

describe("a scrape", () => {
  it("reads what threads have counted since, and nothing is sent for it", async () => {
    const collecting = new Collecting();
    const threads = [collecting.start("1"), collecting.start("2")];
    const counters = threads.map((thread) => counterIn(thread));
    counters[0]!.inc({ a: "s" }, 5);
    counters[1]!.inc({ a: "s" }, 7);
    counters[1]!.inc({ a: "t" });
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 12', 'x_total{a="t"} 1']);
    const sent = threads.map(({ messages }) => messages.length);
    for (let i = 1; i <= 10; i++) {
      counters[0]!.inc({ a: "s" });
      expect(await collecting.lines()).toContain(`x_total{a="s"} ${12 + i}`);
    }
    expect(threads.map(({ messages }) => messages.length)).toEqual(sent);
  });

  it("finds the series of metrics that were there before, with what they had counted", async () => {
    const collecting = new Collecting();
    const registry = new Registry();
    const counter = new Counter({ ...declared, name: "x_total", labelNames: ["a"], registers: [registry] });
    const bound = counter.labels("s");
    bound.inc(3);
    const sharing = new MetricsSharing({
      sharer: { id: "1", thread: 1, ancestors: [], worker: "1" },
      registers: [registry],
      maxBytes: 2 ** 20,
      tell: (...messages) => messages.forEach((message) => collecting.pool.receive(message)),
      onError: (error) => expect.unreachable(String(error)),
    });
    bound.inc(2);
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 5']);
    expect(await registry.metrics()).toContain('x_total{a="s"} 5');
    bound.inc();
    sharing.stop();
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 6']);
    bound.inc();
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 6']);
  });

  it("shows every type of metric, without quantiles", async () => {
    const collecting = new Collecting();
    for (const [i, thread] of [collecting.start("1"), collecting.start("2")].entries()) {
      const registers = [thread.registry];
      new Histogram({ ...declared, name: "a", buckets: [1, 2], registers }).observe(i + 0.5);
      new Summary({ ...declared, name: "b", quantiles: [0.5, 0.9], registers }).observe(i + 1);
      new Info({ ...declared, name: "c_info", labelNames: ["v"], registers }).set({ v: "1" });
      new StateSet({ ...declared, name: "d", states: ["on", "off"], registers }).set(i === 0 ? "on" : "off");
      new GaugeHistogram({ ...declared, name: "e", buckets: [1], registers }).set([i, 5]);
      new Gauge({ ...declared, name: "f", aggregation: "max", registers }).set(i + 1);
      new Gauge({ ...declared, name: "g", aggregation: "min", registers }).set(i + 1);
      new Gauge({ ...declared, name: "h", aggregation: "perWorker", registers }).set(i + 1);
      const native = new Histogram({ ...declared, name: "i", native: true, registers });
      native.observe(3);
    }
    expect(await collecting.lines()).toEqual([
      'a_bucket{le="1"} 1',
      'a_bucket{le="2"} 2',
      'a_bucket{le="+Inf"} 2',
      "a_sum 2",
      "a_count 2",
      "b_sum 3",
      "b_count 2",
      'c_info{v="1"} 1',
      'd{d="on"} 1',
      'd{d="off"} 1',
      'e_bucket{le="1"} 2',
      'e_bucket{le="+Inf"} 4',
      "e_gcount 4",
      "e_gsum 11",
      "f 2",
      "g 1",
      'h{worker="1"} 1',
      'h{worker="2"} 2',
      'i_bucket{le="+Inf"} 2',
      "i_sum 6",
      "i_count 2",
    ]);
    expect(collecting.errors).toEqual([]);
  });

  it("keeps what a thread counted that has ended, and drops its gauges", async () => {
    const collecting = new Collecting();
    const threads = [collecting.start("1"), collecting.start("2")];
    const [counter] = threads.map((thread) => counterIn(thread));
    const gauges = threads.map(({ registry }) => new Gauge({ ...declared, name: "y", registers: [registry] }));
    for (const gauge of gauges) gauge.set(2);
    counter!.inc({ a: "s" }, 5);
    threads[0]!.end();
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 5', "y 2"]);
    threads[1]!.end();
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 5']);
    counterIn(collecting.start()).inc({ a: "s" }, 2);
    expect(await collecting.lines()).toEqual(['x_total{a="s"} 7']);
  });

  it("leaves out a metric that a thread takes out of its registry", async () => {
    const collecting = new Collecting();
    const thread = collecting.start();
    const gauge = new Gauge({ ...declared, registers: [thread.registry] });
    gauge.set(1);
    expect(await collecting.lines()).toEqual(["x 1"]);
    thread.registry.removeSingleMetric("x");
    expect(await collecting.lines()).toEqual([]);
    new Gauge({ ...declared, labelNames: ["a"], registers: [thread.registry] }).set({ a: "s" }, 2);
    expect(await collecting.lines()).toEqual(['x{a="s"} 2']);
    thread.registry.clear();
    expect(await collecting.lines()).toEqual([]);
    expect(collecting.errors).toEqual([]);
  });

  it("sees a series whose numbers started again, such as those of a native histogram at its limit", async () => {
    const collecting = new Collecting();
    const native = { maxBuckets: 2, minResetSeconds: 1e-9 };
    const { registry } = collecting.start();
    const histogram = new Histogram({ ...declared, native, labelNames: ["a"], registers: [registry] });
    let observed = 0;
    for (let i = 0; i < 20; i++) {
      histogram.observe({ a: "s" }, 2 ** i);
      observed++;
      if (i % 3 === 2) expect(await collecting.lines()).toHaveLength(3);
    }
    const [, , count] = await collecting.lines();
    // What was observed between a scrape and a reset is gone; nothing counts twice.
    expect(Number(/ (\d+)$/.exec(count!)![1])).toBeLessThanOrEqual(observed);
  });
});

it("native histograms are read as they stand, whatever is observed", () => {
  const anyValue = fc.oneof(fc.double(), fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0, 1, NaN, Infinity));
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: anyValue }, fc.constantFrom("take", "remove", "reset")), {
        maxLength: 300,
      }),
      fc.record({ maxBuckets: fc.nat(30), maxZeroThreshold: fc.constantFrom(0, 1) }),
      fc.constantFrom([], [-1, 1, 10]),
      fc.boolean(),
      (steps, settings, buckets, resets) => {
        const registry = new Registry();
        const native = { ...settings, minResetSeconds: resets ? 1e-9 : 0 };
        const histogram = new Histogram({ ...declared, native, buckets, labelNames: ["a"], registers: [registry] });
        histogram.observe({ a: "s" }, 5);
        const introduced: CollectorMessage[] = [];
        new MetricsSharing({
          sharer: { id: "1", thread: 1, ancestors: [], worker: "1" },
          registers: [registry],
          maxBytes: 2 ** 22,
          tell: (...messages) => introduced.push(...messages),
          onError: (error) => expect.unreachable(String(error)),
        });
        const [message] = introduced;
        if (message?.kind !== "family") expect.unreachable("no family is told");
        const { family, description, rows, sheet } = message;
        const shared = new SharedFamily(family, description, rows, sheet);
        let told: { readonly values: Float64Array; readonly native: NativeHistogram | undefined } | undefined;
        const report = {
          series: () => (told = undefined),
          removeSeries: () => (told = undefined),
          row: (
            _family: number,
            _slot: number,
            values: Float64Array,
            _offset: number,
            of: NativeHistogram | undefined,
          ) => (told = { values: values.slice(), native: of }),
        } as unknown as Report;
        for (const step of [...steps, "take"]) {
          if (step === "remove") histogram.remove({ a: "s" });
          else if (step === "reset") histogram.reset();
          else if (typeof step === "number") histogram.observe({ a: "s" }, step);
          else {
            for (const next of introduced.splice(0)) if (next.kind === "sheet") shared.move(next.sheet);
            for (const _ of shared.take(report, false));
            const { series } = histogram.family;
            if (!series.isLive(0)) {
              expect(told).toBeUndefined();
              continue;
            }
            const values = new Float64Array(histogram.family.samples.length);
            histogram.family.read(0, values);
            expect(told!.values).toEqual(values);
            if (settings.maxBuckets === 0) expect(told!.native).toBeUndefined();
            // Sums that were added up in one order or another.
            else expect({ ...told!.native, sum: 0 }).toEqual({ ...histogram.family.native!(0), sum: 0 });
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

it("a thread that is killed while it writes leaves what it had written", async () => {
  const { add } = atomics;
  for (let steps = 0; steps < 40; steps++) {
    const collecting = new Collecting();
    const thread = collecting.start();
    const registers = [thread.registry];
    const native = { maxBuckets: 4, minResetSeconds: 0 };
    const histogram = new Histogram({ ...declared, native, buckets: [2, 100], registers });
    const spread = new GaugeHistogram({ ...declared, name: "y", buckets: [1], registers });
    histogram.observe(3);
    await collecting.lines();
    let observed = 1;
    let left = steps;
    atomics.add = (column, slot, amount) => {
      if (left-- === 0) throw new Error("killed");
      return add(column, slot, amount);
    };
    try {
      for (let value = 1; value < 10_000; value *= 1.5) {
        spread.set([value]);
        histogram.observe(value);
        observed++;
      }
    } catch (error) {
      expect(String(error)).toContain("killed");
    } finally {
      atomics.add = add;
    }
    thread.end();
    const lines = await collecting.lines();
    const told = Number(lines.at(-1)!.split(" ")[1]);
    expect(lines.at(-1)).toMatch(/^x_count/);
    expect(observed - told).toBeLessThanOrEqual(1);
    expect(told - observed).toBeLessThanOrEqual(1);
    const [family] = await collecting.registry.collect();
    const { zeroCount, positive, count } = family!.native!(0);
    expect(positive.reduce((sum, [, inBucket]) => sum + inBucket, zeroCount)).toBe(told);
    expect(count).toBe(told);
  }
});

it("updates call collect, and copy what does not lie in columns", async () => {
  const collecting = new Collecting();
  const thread = collecting.start();
  let temperature = 20;
  new Gauge({
    ...declared,
    registers: [thread.registry],
    collect() {
      this.set(temperature);
    },
  });
  let rooms = ["p", "q"];
  thread.registry.registerCollector(() => {
    const made = new Counter({ ...declared, name: "made_total", labelNames: ["room"], registers: [] });
    for (const [i, room] of rooms.entries()) made.inc({ room }, i + 1);
    return [made];
  });
  const foreign = new Histogram({ ...declared, name: "foreign", buckets: [1], registers: [] });
  const { samples, type, help, name } = foreign.family;
  const read: Family["read"] = (slot, values) => foreign.family.read(slot, values);
  const series: Family["series"] = {
    labelNames: [],
    end: 1,
    epoch: 0,
    overflowed: 0,
    isLive: () => true,
    labelValue: () => "",
    createdSeconds: () => 0,
  };
  thread.registry.registerMetric({ name, reset() {}, family: { name, help, type, samples, series, read } });
  expect(await collecting.lines()).toEqual(["x 0"]);
  foreign.observe(3);
  await thread.sharing.update();
  const ofForeign = ['foreign_bucket{le="1"} 0', 'foreign_bucket{le="+Inf"} 1', "foreign_sum 3", "foreign_count 1"];
  const made = ['made_total{room="p"} 1', 'made_total{room="q"} 2'];
  expect(await collecting.lines()).toEqual([...ofForeign, ...made, "x 20"]);
  temperature = 21;
  rooms = ["p"];
  await thread.sharing.update();
  expect(await collecting.lines()).toEqual([...ofForeign, made[0], "x 21"]);
  thread.registry.removeSingleMetric("foreign");
  await thread.sharing.update();
  expect(await collecting.lines()).toEqual([made[0], "x 21"]);
});

it("metrics of the process are told by none but the thread that collects", async () => {
  const collecting = new Collecting();
  const thread = collecting.start();
  const running = collectDefaultMetrics({ register: thread.registry });
  await thread.sharing.update();
  running.stop();
  const names = thread.messages.map((message) => (message.kind === "family" ? message.description.name : ""));
  expect(names).toContain("nodejs_heap_size_total_bytes");
  expect(names.filter((name) => name.startsWith("process_"))).toEqual([]);
});

describe("memory", () => {
  it("that is full lets a metric go on in its thread, and is reported once", async () => {
    const collecting = new Collecting();
    const thread = collecting.start("1", 40_000);
    const counter = counterIn(thread);
    const gauge = new Gauge({ ...declared, name: "y", registers: [thread.registry] });
    const bound = counter.labels("0");
    for (let i = 0; i < 1000; i++) counter.inc({ a: String(i) });
    bound.inc();
    gauge.set(3);
    const lines = await collecting.lines();
    expect(lines).toContain("y 3");
    expect(lines).toContain('x_total{a="0"} 1');
    expect(collecting.errors).toEqual([expect.stringMatching(/^x_total: no more shared memory, .* maxBytes 40000/)]);
    expect(await thread.registry.metrics()).toContain('x_total{a="0"} 2\n');
    expect(await thread.registry.metrics()).toContain('x_total{a="999"} 1\n');
    const before = await collecting.lines();
    counter.remove({ a: "5" });
    counter.reset();
    expect(await collecting.lines()).toEqual(before);
  });

  it("of threads that have ended is let go of", async () => {
    const collecting = new Collecting();
    const sheets: WeakRef<object>[] = [];
    const run = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        const thread = collecting.start();
        const counter = counterIn(thread);
        for (let i = 0; i < 100; i++) counter.inc({ a: String(i) });
        thread.end();
        await collecting.lines();
        for (const message of thread.messages) if ("sheet" in message) sheets.push(new WeakRef(message.sheet));
      }
    };
    await run();
    expect(sheets.length).toBeGreaterThan(3);
    expect(collecting.pool.size).toBe(0);
    await expect
      .poll(() => {
        gc();
        return sheets.filter((sheet) => sheet.deref() !== undefined).length;
      })
      .toBe(0);
    expect(await collecting.lines()).toContain('x_total{a="99"} 3');
  });

  it("does not grow with series that come and go", () => {
    const collecting = new Collecting();
    const thread = collecting.start();
    const counter = counterIn(thread);
    for (let i = 0; i < 20_000; i++) {
      counter.inc({ a: `${i} ${"label".repeat(20)}` });
      if (i >= 10) counter.remove({ a: `${i - 10} ${"label".repeat(20)}` });
    }
    const sizes = thread.messages.map((message) => ("sheet" in message ? message.sheet.byteLength : 0));
    expect(Math.max(...sizes)).toBeLessThan(40_000);
    expect(sizes.length).toBeLessThan(200);
  });
});

const anyStep = fc.oneof(
  fc.record({ do: fc.constant("count" as const), thread: fc.nat(2), label: fc.nat(5), amount: fc.nat(9) }),
  fc.record({ do: fc.constantFrom("remove" as const), thread: fc.nat(2), label: fc.nat(5) }),
  fc.record({ do: fc.constantFrom("end" as const, "reset" as const, "scrape" as const), thread: fc.nat(2) }),
);

it.each([{ removals: false }, { removals: true }])(
  "whatever threads do, nothing counted is lost or counted twice, nor does a total fall (removals: $removals)",
  async ({ removals }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 80 }), async (steps) => {
        const collecting = new Collecting();
        const start = (i: number) => {
          const thread = collecting.start(String(i));
          return { thread, counter: counterIn(thread) };
        };
        const running = [0, 1, 2].map(start);
        const totals = Array.from({ length: 6 }, () => 0);
        const last = new Map<string, number>();
        for (const step of steps) {
          const { thread, counter } = running[step.thread]!;
          if (step.do === "count") {
            counter.inc({ a: String(step.label) }, step.amount);
            totals[step.label]! += step.amount;
          } else if (step.do === "remove") {
            if (removals) counter.remove({ a: String(step.label) });
          } else if (step.do === "reset") {
            if (removals) counter.reset();
          } else if (step.do === "end") {
            thread.end();
            running[step.thread] = start(step.thread);
          } else {
            const lines = await collecting.lines();
            const found = new Map(lines.map((line) => line.split(" ")).map(([name, value]) => [name!, Number(value)]));
            for (const [i, total] of totals.entries()) {
              const name = `x_total{a="${i}"}`;
              const value = found.get(name);
              if (!removals) expect(value ?? 0).toBe(total);
              else expect(value ?? 0).toBeLessThanOrEqual(total);
              if (value !== undefined) expect(value).toBeGreaterThanOrEqual(last.get(name) ?? 0);
              // A series that nobody has any more starts again from zero.
              if (value === undefined) last.delete(name);
              else last.set(name, value);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  },
);

it.each(["between two slices", "at every step of the reader"])(
  "series that come, go and move %s keep their own numbers",
  async (when) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(199), { minLength: 500, maxLength: 1500 }), async (labels) => {
        const collecting = new Collecting();
        const thread = collecting.start();
        const gauge = new Gauge({ ...declared, labelNames: ["a"], registers: [thread.registry] });
        const present = new Map<string, number>();
        const rest = [...labels];
        let isChanging = false;
        const change = (changes: number): void => {
          if (isChanging) return;
          isChanging = true;
          for (const label of rest.splice(0, changes)) {
            const a = String(label);
            if (present.has(a)) {
              gauge.remove({ a });
              present.delete(a);
            } else {
              const value = label + 0.001 * present.size;
              gauge.set({ a }, value);
              present.set(a, value);
            }
          }
          isChanging = false;
        };
        change(200);
        const slice = { isOver: () => true, next: async () => change(5) } as unknown as TimeSlice;
        const { load } = atomics;
        if (when.startsWith("at")) {
          atomics.load = (column, slot) => {
            const number = load(column, slot);
            change(2);
            return number;
          };
        }
        try {
          for (let i = 0; i < 5; i++) {
            await collecting.pool.take(slice);
            for (const metric of await collecting.aggregator.merge()) {
              const { series } = metric.family;
              const row = new Float64Array(1);
              for (let slot = 0; slot < series.end; slot++) {
                if (!series.isLive(slot)) continue;
                metric.family.read(slot, row);
                expect(Math.floor(row[0]!)).toBe(Number(series.labelValue(slot, 0)));
              }
            }
          }
        } finally {
          atomics.load = load;
        }
        const lines = Array.from(present, ([a, value]) => `x{a="${a}"} ${value}`);
        expect((await collecting.lines()).toSorted()).toEqual(lines.toSorted());
      }),
      { numRuns: 40 },
    );
  },
);

it("what a thread shares with itself is not counted twice", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...declared, name: "x_total", registers: [registry] });
  const threads = collectThreads({ registers: [registry], group: "itself" });
  const shared = shareMetrics({ registers: [registry], group: "itself" });
  counter.inc();
  expect(await threads.registry.metrics()).toContain("x_total 1\n");
  shared.stop();
  threads.close();
  expect(await threads.registry.metrics()).toBe("");
});

it("options that make no sense are refused", () => {
  const registry = new Registry();
  expect(() => collectThreads({ registry, registers: [registry] })).toThrow("give another as registry");
  expect(() => collectThreads({ forgetAfterSeconds: 0 })).toThrow("forgetAfterSeconds is 0");
  expect(() => shareMetrics({ collectSeconds: -1 })).toThrow("collectSeconds is -1");
});
