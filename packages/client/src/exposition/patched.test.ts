import * as fc from "fast-check";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import type { Family } from "../family.ts";
import { Counter } from "../metrics/counter.ts";
import { GaugeHistogram } from "../metrics/gauge-histogram.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Histogram } from "../metrics/histogram.ts";
import { StateSet } from "../metrics/state-set.ts";
import { Summary } from "../metrics/summary.ts";
import { Registry } from "../registry.ts";
import type { Exposition } from "./exposition.ts";
import { ExpositionCache } from "./exposition-cache.ts";

const accepts = [
  "text/plain;version=0.0.4",
  "text/plain;version=1.0.0;escaping=allow-utf-8",
  "application/openmetrics-text;version=1.0.0;escaping=values",
  "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8",
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
];

/** A registry with a metric of every kind, and what may be done to it. */
class Program {
  readonly registry = new Registry({ createdLines: true });
  readonly #clock: { milliseconds: number };
  readonly #options = { help: 'Of "all"\nkinds.', labelNames: ["a", "é"], registers: [this.registry] } as const;
  readonly #utf8 = { ...this.#options, nameValidation: "utf8" } as const;
  readonly #counter = new Counter({ ...this.#utf8, name: "things_total", expireAfterSeconds: 50 });
  readonly #gauge = new Gauge({ ...this.#utf8, name: "a.gauge" });
  readonly #histogram = new Histogram({ ...this.#utf8, name: "h_seconds", unit: "seconds", buckets: [-1, 0.5, 1e6] });
  readonly #native = new Histogram({
    ...this.#utf8,
    name: "n",
    native: { maxBuckets: 4, minResetSeconds: 20 },
    buckets: [1],
  });
  readonly #summary = new Summary({ ...this.#utf8, name: "s", quantiles: [0.5, 0.9], maxAgeSeconds: 1e6 });
  readonly #states = new StateSet({ ...this.#utf8, name: "state", states: ["on", "off", 'x"'] });
  readonly #gaugeHistogram = new GaugeHistogram({ ...this.#utf8, name: "gh", buckets: [-5, 5] });

  constructor(clock: { milliseconds: number }) {
    this.#clock = clock;
  }

  /** Does one thing to the series of some labels. */
  act(deed: number, a: string, é: string, value: number): void {
    const labels = { a, é };
    const size = Number.isFinite(value) ? Math.abs(value) : 1;
    const deeds = [
      () => this.#counter.inc(labels, size),
      () => this.#counter.inc(labels),
      () => this.#counter.inc(labels, 2, { trace_id: `t${size}` }),
      () => this.#counter.setTotal(labels, size),
      () => this.#gauge.set(labels, value),
      () => this.#gauge.inc(labels, value),
      () => this.#histogram.observe(labels, value),
      () => this.#histogram.observe(labels, value, { trace_id: "é" }),
      () => this.#native.observe(labels, value),
      () => this.#summary.observe(labels, value),
      () => this.#states.set(labels, "off"),
      () => this.#states.toggle(labels, "on", size > 1),
      () => this.#gaugeHistogram.set(labels, [size, -size]),
      () => this.#counter.remove(labels),
      () => this.#summary.remove(labels),
      () => this.#gauge.removeMatching({ a }),
      () => this.#histogram.remove(labels),
      () => this.#states.reset(),
      () => this.#gauge.reset(),
      () => vi.setSystemTime(Date.now() + 11_000),
      () => (this.#clock.milliseconds += 4e8),
    ];
    deeds[deed % deeds.length]!();
  }
}

const value = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: 0, max: 2 ** 53 }),
  fc.constantFrom(0, -0),
  fc.constantFrom(9, 10, 99.5, 1e15, 1e21, 1e-7, 2 ** 32, 0.1, Number.MAX_VALUE, 5e-324, NaN, Infinity, -Infinity),
  fc.double(),
);
const label = fc.constantFrom("", 'quote " and \\', "new\nline", "花火");
// The long one makes pages so long that they are handed on without a copy.
const longLabel = fc.constantFrom("x", "y".repeat(3_000));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.nat({ max: 20 }), label, longLabel, value) },
  { weight: 1, arbitrary: fc.record({ accept: fc.constantFrom(...accepts), released: fc.boolean() }) },
);

it(
  "equals an exposition made from nothing, whatever was done between, and stays as it is while it is held",
  { timeout: 60_000 },
  async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    // Every slice is over as soon as it is looked at.
    const clock = { milliseconds: 0 };
    vi.spyOn(performance, "now").mockImplementation(() => (clock.milliseconds += 5));
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
          const program = new Program(clock);
          const held: { exposition: Exposition; bytes: Uint8Array }[] = [];
          const ends = accepts.map((accept) => ({ accept, released: true }));
          for (const one of [...steps, ...ends]) {
            if (Array.isArray(one)) {
              program.act(...one);
              continue;
            }
            const exposition = await program.registry.expose({ accept: one.accept });
            const bytes = exposition.body.slice();
            const afresh = Registry.merge([program.registry], { createdLines: true, cache: new ExpositionCache() });
            const { body } = await afresh.expose({ accept: one.accept });
            expect(textOf(bytes)).toBe(textOf(body));
            if (one.released) exposition.release();
            else held.push({ exposition, bytes });
          }
          for (const { exposition, bytes } of held) expect(textOf(exposition.body)).toBe(textOf(bytes));
        }),
        { numRuns: 100 },
      );
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
  },
);

it("takes over what collectors make anew each time, whatever order and number of series they have", async () => {
  const series = fc.uniqueArray(fc.tuple(label, value), { selector: ([name]) => name, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(fc.array(series, { maxLength: 6 }), fc.constantFrom(...accepts), async (scrapes, accept) => {
      let gauge: Gauge<"a">;
      const registry = new Registry();
      registry.registerCollector(() => [gauge]);
      for (const scrape of scrapes) {
        gauge = new Gauge({ name: "made", help: "Made.", labelNames: ["a"], registers: [] });
        for (const [a, number] of scrape) gauge.set({ a }, number);
        const exposition = await registry.expose({ accept });
        const { body } = await Registry.merge([registry]).expose({ accept });
        expect(textOf(exposition.body)).toBe(textOf(body));
        exposition.release();
      }
    }),
  );
});

it("has every series once, and all that stay, while series come and go between the slices of a large family", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  const count = 60_000;
  for (let n = 0; n < count; n++) gauge.set({ n }, n);
  const state = { isExposed: false };
  const exposed = registry.metrics().finally(() => (state.isExposed = true));
  let turns = 0;
  while (!state.isExposed) {
    // They change places, so that the first would be in the first page and in the last were the family not begun again.
    const [first, last] = [turns, count - 1 - turns];
    gauge.remove({ n: first });
    gauge.remove({ n: last });
    gauge.set({ n: first }, first);
    gauge.set({ n: last }, last);
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const lines = (await exposed).split("\n").filter((line) => line.startsWith("g{"));
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines).toHaveLength(count);
  expect(turns).toBeGreaterThan(2);
});

it("reads a family of whose changes nobody keeps track anew each time", async () => {
  const rows = [
    { label: "a", value: 1 },
    { label: "b", value: 2 },
  ];
  const family: Family = {
    name: "own",
    help: "O.",
    type: "gauge",
    samples: [{ kind: "value" }],
    series: {
      labelNames: ["l"],
      get end() {
        return rows.length;
      },
      epoch: 0,
      overflowed: 0,
      isLive: () => true,
      labelValue: (slot) => rows[slot]!.label,
      createdSeconds: () => NaN,
    },
    read: (slot, values) => (values[0] = rows[slot]!.value),
  };
  const registry = new Registry();
  registry.registerMetric({ name: "own", family, reset() {} });
  expect(await registry.metrics()).toContain('own{l="a"} 1\nown{l="b"} 2\n');
  rows[0] = { label: "c", value: 3 };
  expect(await registry.metrics()).toContain('own{l="c"} 3\nown{l="b"} 2\n');
  rows.pop();
  expect(await registry.metrics()).toBe('# HELP own O.\n# TYPE own gauge\nown{l="c"} 3\n');
});

it("leaves out a family that fails half-way, and has it whole again once it does not", async () => {
  const failed: string[] = [];
  const registry = new Registry({ onCollectError: (error, source) => failed.push(`${source}: ${String(error)}`) });
  new Gauge({ name: "other", help: "O.", registers: [registry] });
  const histogram = new Histogram({ name: "g", help: "G.", labelNames: ["n"], buckets: [1], registers: [registry] });
  for (let n = 0; n < 10; n++) histogram.observe({ n }, n);
  await registry.metrics();
  for (let n = 0; n < 10; n++) histogram.observe({ n }, n + 0.5);
  const { family } = histogram;
  const failing = vi.spyOn(family, "read").mockImplementation((slot, values) => {
    if (slot === 5) throw new Error("half-way");
    values.fill(77);
  });
  expect(await registry.metrics()).toBe("# HELP other O.\n# TYPE other gauge\nother 0\n");
  expect(failed).toEqual(["g: Error: half-way"]);
  failing.mockRestore();
  expect(await registry.metrics()).toBe(await Registry.merge([registry]).metrics());
});

it("exposes a smaller metric in the place of a larger one, more than once", async () => {
  const registry = new Registry();
  const declare = (): Gauge<"n"> => new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  const large = declare();
  for (let n = 0; n < 100; n++) large.set({ n }, n);
  await registry.metrics();
  registry.clear();
  const small = declare();
  for (const number of [1, 2, 3]) {
    small.set({ n: "only" }, number);
    expect(await registry.metrics()).toBe(`# HELP g G.\n# TYPE g gauge\ng{n="only"} ${number}\n`);
  }
});

it("shows the first exemplar of a metric that a collector keeps, even if it comes while others are written", async () => {
  const accept = "application/openmetrics-text";
  const kept = new Counter({ name: "z_total", help: "Z.", registers: [] });
  const registry = new Registry();
  registry.registerCollector(() => [kept]);
  const before = new Gauge({ name: "a", help: "A.", registers: [registry] });
  vi.spyOn(before.family, "read").mockImplementationOnce(() => kept.inc(1, { trace_id: "t" }));
  for (let scrape = 0; scrape < 2; scrape++) {
    const { body } = await registry.expose({ accept });
    expect(new TextDecoder().decode(body)).toMatch(/^z_total 1 # \{trace_id="t"\} 1 /m);
  }
});

it("cuts shorter pages once labels turn out longer than those of the first series", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  gauge.set({ n: 0 }, 0);
  await registry.metrics();
  for (let n = 1; n < 2000; n++) gauge.set({ n: `${n}`.padStart(1000) }, n);
  await registry.metrics();
  const { chunks, body } = await registry.expose();
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(200_000);
  expect(textOf(body)).toBe(await Registry.merge([registry]).metrics());
});

it("has every series once in scrapes at the same time, of which one cuts the pages anew while the others wait", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  gauge.set({ n: 0 }, 0);
  await registry.metrics();
  // By now pages are as large as short labels let them be.
  for (let n = 1; n < 10_000; n++) gauge.set({ n: `${n}`.padStart(200) }, n);
  // Every slice is over as soon as it is looked at, so that they take turns.
  let milliseconds = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (milliseconds += 5));
  const texts = await Promise.all([registry.metrics(), registry.metrics(), registry.metrics()]);
  clock.mockRestore();
  const afresh = await Registry.merge([registry]).metrics();
  for (const text of texts) expect(text === afresh, countsOf(text)).toBe(true);
});

it("gives up an exposition that nobody waits for, and has the next one whole", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  for (let n = 0; n < 10_000; n++) gauge.set({ n }, n);
  const gone = new AbortController();
  // Every slice is over as soon as it is looked at.
  let milliseconds = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (milliseconds += 5));
  const exposing = [registry.expose({ signal: gone.signal }), registry.expose()];
  await turn();
  gone.abort(new Error("gone"));
  await expect(exposing[0]).rejects.toThrow("gone");
  await expect(registry.expose({ signal: gone.signal })).rejects.toThrow("gone");
  const text = textOf((await exposing[1]!).body);
  clock.mockRestore();
  expect(text === (await Registry.merge([registry]).metrics()), countsOf(text)).toBe(true);
});

/** What to say of a text that is too long to be shown. */
function countsOf(text: string): string {
  const lines = text.split("\n");
  return `${lines.length} lines, of which ${new Set(lines).size} are different`;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
