import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { Counter } from "./counter.ts";
import { GaugeHistogram } from "./gauge-histogram.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { Info } from "./info.ts";
import { StateSet } from "./state-set.ts";
import { Unknown } from "./unknown.ts";

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => void vi.useRealTimers());

async function lines(): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

async function openMetrics(from = registry): Promise<string> {
  const { body } = await from.expose({ accept: "application/openmetrics-text" });
  return new TextDecoder().decode(body);
}

it("starts the declared label sets at zero", async () => {
  new Counter({
    name: "c_total",
    help: "C.",
    labelNames: ["a"],
    init: [{ a: "x" }, { a: "y" }],
    registers: [registry],
  });
  expect(await lines()).toEqual(['c_total{a="x"} 0', 'c_total{a="y"} 0']);
});

it("removes the series that match some of the labels", async () => {
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["a", "b"], registers: [registry] });
  for (const [a, b] of [
    ["x", 1],
    ["x", 2],
    ["y", 1],
  ] as const)
    gauge.set({ a, b }, b);
  expect(gauge.removeMatching({ a: "x" })).toBe(2);
  expect(gauge.removeMatching({ a: "x" })).toBe(0);
  expect(await lines()).toEqual(['g{a="y",b="1"} 1']);
  expect(() => gauge.removeMatching({ c: 1 } as object)).toThrow('label "c" was not declared');
  expect(gauge.removeMatching({})).toBe(1);
});

it("removes series that were not written for the time that was given", async () => {
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["a"], expireAfterSeconds: 60, registers: [registry] });
  const kept = gauge.labels("kept");
  gauge.set({ a: "old" }, 1);
  kept.set(1);
  expect(await lines()).toHaveLength(2);
  vi.advanceTimersByTime(45_000);
  kept.set(1);
  expect(await lines()).toHaveLength(2);
  vi.advanceTimersByTime(45_000);
  expect(await lines()).toEqual(['g{a="kept"} 1']);
  vi.advanceTimersByTime(45_000);
  expect(await lines()).toEqual([]);
  kept.inc();
  expect(await lines()).toEqual(['g{a="kept"} 1']);
});

it("counts what is beyond the limit on series in one of its own, and says so", async () => {
  const counter = new Counter({
    name: "c_total",
    help: "C.",
    labelNames: ["a", "b"],
    maxSeries: 2,
    registers: [registry],
  });
  for (let i = 0; i < 5; i++) counter.inc({ a: i, b: "z" });
  counter.inc({ a: 0, b: "z" });
  expect(await lines()).toEqual([
    'c_total{a="0",b="z"} 2',
    'c_total{a="1",b="z"} 1',
    'c_total{a="other",b="other"} 3',
    'exporterkit_overflowed_lookups_total{metric="c_total"} 3',
  ]);
  counter.remove({ a: 0, b: "z" });
  counter.remove({ a: "other", b: "other" });
  counter.inc({ a: 9, b: "z" });
  expect(await lines()).toContain('c_total{a="9",b="z"} 1');
});

it.each([
  [{ maxSeries: 0 }, "maxSeries is 0"],
  [{ maxSeries: 1.5 }, "maxSeries is 1.5"],
  [{ expireAfterSeconds: -1 }, "expireAfterSeconds is -1"],
  [{ unit: "seconds" }, 'the name does not end in the unit "seconds"'],
  [{ unit: "" }, "the name does not end in the unit"],
])("refuses the options %j", (wrong, message) => {
  expect(() => new Counter({ name: "c_total", help: "C.", registers: [], ...wrong })).toThrow(message);
});

it("exposes the unit that the name ends in", async () => {
  new Counter({ name: "sent_bytes_total", help: "Sent.", unit: "bytes", registers: [registry] });
  expect(await openMetrics()).toBe(
    "# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n# HELP sent_bytes Sent.\nsent_bytes_total 0\n# EOF\n",
  );
});

it("takes exemplars from calls and from their source, and exposes them to those who can read them", async () => {
  let trace: { trace_id: string } | undefined = { trace_id: "from-source" };
  const exemplars = () => trace;
  const counter = new Counter({ name: "c_total", help: "C.", exemplars, registers: [registry] });
  const histogram = new Histogram({
    name: "h",
    help: "H.",
    buckets: [1],
    labelNames: ["a"],
    exemplars,
    registers: [registry],
  });
  counter.inc(2);
  counter.labels().inc(3, { trace_id: "given" });
  histogram.observe({ a: "x" }, 0.5);
  trace = undefined;
  histogram.labels("x").observe(7, { trace_id: "bound" });
  histogram.labels("x").observe(8);
  histogram.observe({ a: "x" }, 0.6, { trace_id: "x".repeat(200) });
  const text = await openMetrics();
  expect(text).toContain('c_total 5 # {trace_id="given"} 3 1700000000.000\n');
  expect(text).toContain('h_bucket{a="x",le="1.0"} 2 # {trace_id="from-source"} 0.5 1700000000.000\n');
  expect(text).toContain('h_bucket{a="x",le="+Inf"} 4 # {trace_id="bound"} 7 1700000000.000\n');
  expect(await registry.metrics()).not.toContain("trace_id");
});

it("never lets a source of exemplars break the code that counts", async () => {
  const exemplars = () => {
    throw new Error("tracer");
  };
  const counter = new Counter({ name: "c_total", help: "C.", exemplars, registers: [registry] });
  counter.inc();
  expect(await openMetrics()).toContain("c_total 1\n");
});

it("exposes created timestamps where asked for", async () => {
  const created = new Registry({ createdLines: true });
  const registers = [created, registry];
  const counter = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], registers });
  counter.inc({ a: "x" });
  vi.advanceTimersByTime(5000);
  counter.inc({ a: "y" });
  expect(await openMetrics(created)).toContain(
    'c_total{a="x"} 1\nc_created{a="x"} 1700000000\nc_total{a="y"} 1\nc_created{a="y"} 1700000005\n',
  );
  expect(await openMetrics()).not.toContain("_created");
});

it("tells facts", async () => {
  const info = new Info({ name: "build_info", help: "Build.", labelNames: ["version"], registers: [registry] });
  info.set({ version: "1" });
  info.set({ version: "2" });
  expect(await lines()).toEqual(['build_info{version="2"} 1']);
  info.add({ version: "3" });
  const text = await openMetrics();
  expect(text).toMatch(/^# TYPE build info\n# HELP build Build.\n/);
  expect(text).toContain('build_info{version="2"} 1\n');
  expect(text).toContain('build_info{version="3"} 1\n');
  expect(() => new Info({ name: "build", help: "Build.", registers: [] })).toThrow("ends in _info");
});

it("tells states", async () => {
  const states = ["idle", "running", "failed"] as const;
  const state = new StateSet({ name: "job", help: "Job.", states, labelNames: ["id"], registers: [registry] });
  state.set({ id: 1 }, "idle");
  state.set({ id: 1 }, "running");
  state.toggle({ id: 1 }, "failed", true);
  expect(await lines()).toEqual([
    'job{id="1",job="idle"} 0',
    'job{id="1",job="running"} 1',
    'job{id="1",job="failed"} 1',
  ]);
  expect(await openMetrics()).toContain("# TYPE job stateset\n");
  expect(() => state.set({ id: 1 }, "gone" as "idle")).toThrow(
    '"gone" is not one of its states: idle, running, failed',
  );
  expect(() => new StateSet({ name: "job", help: "Job.", states: [], registers: [] })).toThrow("give each state once");
  expect(() => new StateSet({ name: "job", help: "Job.", states, labelNames: ["job"], registers: [] })).toThrow(
    "reserved",
  );
});

it("tells distributions that are taken anew", async () => {
  const ages = new GaugeHistogram({ name: "age_seconds", help: "Ages.", buckets: [1, 10], registers: [registry] });
  ages.set([0.5, 5, 50, 60]);
  ages.set([0.5, 5, 50]);
  expect(await openMetrics()).toBe(
    `# TYPE age_seconds gaugehistogram
# HELP age_seconds Ages.
age_seconds_bucket{le="1.0"} 1
age_seconds_bucket{le="10.0"} 2
age_seconds_bucket{le="+Inf"} 3
age_seconds_gsum 55.5
age_seconds_gcount 3
# EOF
`,
  );
  expect(() => ages.set([1, NaN])).toThrow("NaN is not a value it can take");
  expect(() => ages.set([-1])).toThrow("declare a bucket with a bound below 0");
});

it("tells what nobody knows the type of", async () => {
  new Unknown({ name: "u", help: "U.", registers: [registry] }).set(3);
  expect(await registry.metrics()).toBe("# HELP u U.\n# TYPE u untyped\nu 3\n");
  expect(await openMetrics()).toContain("# TYPE u unknown\n");
});

it("gives a histogram native buckets, with classic ones or without, that are reset together", async () => {
  const native = new Histogram({ name: "n", help: "N.", native: { maxBuckets: 2 }, registers: [registry] });
  native.observe(1);
  native.observe(2);
  expect(await lines()).toEqual(['n_bucket{le="+Inf"} 2', "n_sum 3", "n_count 2"]);
  vi.advanceTimersByTime(2 * 3600 * 1000);
  native.observe(4);
  expect(await lines()).toEqual(['n_bucket{le="+Inf"} 1', "n_sum 4", "n_count 1"]);
  expect(native.family.native!(0)).toMatchObject({ count: 1, sum: 4, schema: 3, positive: [[16, 1]] });
  const both = new Histogram({ name: "b", help: "B.", native: true, buckets: [1], registers: [registry] });
  both.observe(1);
  expect(await lines()).toContain('b_bucket{le="1"} 1');
  expect(() => new Histogram({ name: "n", help: "N.", native: { bucketFactor: 1 }, registers: [] })).toThrow(
    "bucketFactor",
  );
});

it("exposes UTF-8 names quoted to those who ask for them and escaped to the others", async () => {
  const gauge = new Gauge({
    name: "room.température",
    help: "R.",
    labelNames: ["room.id"],
    nameValidation: "utf8",
    registers: [registry],
  });
  gauge.set({ "room.id": "1" }, 21);
  const expose = async (accept: string) => new TextDecoder().decode((await registry.expose({ accept })).body);
  expect(await registry.metrics()).toBe(
    '# HELP room_temp_rature R.\n# TYPE room_temp_rature gauge\nroom_temp_rature{room_id="1"} 21\n',
  );
  expect(await expose("text/plain;version=1.0.0;escaping=allow-utf-8")).toBe(
    '# HELP "room.température" R.\n# TYPE "room.température" gauge\n{"room.température","room.id"="1"} 21\n',
  );
  expect(await expose("text/plain;version=1.0.0;escaping=values")).toContain(
    'U__room_2e_temp_e9_rature{U__room_2e_id="1"} 21\n',
  );
  expect(() => new Gauge({ name: "room.t", help: "R.", registers: [] })).toThrow('nameValidation: "utf8"');
});

it("gives a place that became free to the next series, beside the overflow series", async () => {
  const counter = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], maxSeries: 2, registers: [registry] });
  for (const a of ["a", "b", "c"]) counter.inc({ a });
  counter.remove("a");
  counter.inc({ a: "d" });
  expect(await lines()).toContain('c_total{a="d"} 1');
  const info = new Info({ name: "build_info", help: "B.", labelNames: ["v"], maxSeries: 1, registers: [registry] });
  info.set({ v: "1" });
  info.set({ v: "2" });
  expect(await lines()).toContain('build_info{v="2"} 1');
});

it("starts the declared label sets again after a reset", async () => {
  const counter = new Counter({
    name: "c_total",
    help: "C.",
    labelNames: ["a"],
    init: [{ a: "x" }],
    registers: [registry],
  });
  counter.inc({ a: "y" });
  counter.reset();
  expect(await lines()).toEqual(['c_total{a="x"} 0']);
  // @ts-expect-error a label that was not declared
  expect(() => new Counter({ name: "d_total", help: "D.", init: [{ a: 1 }], registers: [] })).toThrow("no labels");
});
