// Lines of the specifications that no other test stands for, see docs/conformance.md.
import { afterEach, expect, it, vi } from "vitest";
import { Counter } from "./metrics/counter.ts";
import { Gauge } from "./metrics/gauge.ts";
import { Histogram } from "./metrics/histogram.ts";
import { Info } from "./metrics/info.ts";
import { StateSet } from "./metrics/state-set.ts";
import { Summary } from "./metrics/summary.ts";
import { Registry } from "./registry.ts";

afterEach(() => void vi.useRealTimers());

async function openMetrics(registry: Registry): Promise<string> {
  return new TextDecoder().decode((await registry.expose({ accept: "application/openmetrics-text" })).body);
}

it("clear() of a registry takes the metrics out and lets them in again", async () => {
  const registry = new Registry();
  const counter = new Counter({ name: "a_total", help: "A.", registers: [registry] });
  registry.clear();
  expect(await registry.metrics()).toBe("");
  registry.registerMetric(counter);
  expect(await registry.metrics()).toContain("a_total 0");
});

it("a summary refuses the label quantile", () => {
  expect(() => new Summary({ name: "s", help: "S.", labelNames: ["quantile"], registers: [] })).toThrow("reserved");
});

it("buckets stay what they were when the array they came in changes", async () => {
  const registry = new Registry();
  const buckets = [1, 2];
  const histogram = new Histogram({ name: "h", help: "H.", buckets, registers: [registry] });
  buckets[0] = 5;
  histogram.observe(1.5);
  expect(await registry.metrics()).toContain('h_bucket{le="1"} 0\nh_bucket{le="2"} 1\n');
});

it("names may begin with one underscore", async () => {
  const registry = new Registry();
  new Gauge({ name: "_g", help: "G.", labelNames: ["_a"], registers: [registry] }).set({ _a: "x" }, 1);
  expect(await registry.metrics()).toContain('_g{_a="x"} 1\n');
});

it("infos and state sets have no unit", () => {
  const registers: Registry[] = [];
  expect(() => new Info({ name: "build_info", help: "B.", unit: "info", registers })).toThrow("has no unit");
  expect(() => new StateSet({ name: "a_b", help: "B.", unit: "b", states: ["x"], registers })).toThrow("has no unit");
});

it("a histogram with a bucket below zero has no sum and no count in OpenMetrics, and has them in text", async () => {
  const registry = new Registry();
  new Histogram({ name: "h", help: "H.", buckets: [-1, 1], registers: [registry] }).observe(-5);
  expect(await openMetrics(registry)).not.toMatch(/h_(sum|count)/);
  expect(await registry.metrics()).toContain("h_sum -5\nh_count 1\n");
});

it("summaries take observations below zero and NaN, as client_golang does", async () => {
  const registry = new Registry();
  const summary = new Summary({ name: "s", help: "S.", quantiles: [0], registers: [registry] });
  summary.observe(-5);
  expect(await openMetrics(registry)).toContain('s{quantile="0.0"} -5\ns_sum -5\ns_count 1\n');
  summary.observe(NaN);
  expect(await openMetrics(registry)).toContain("s_sum NaN\ns_count 2\n");
});

it("the created timestamp of a summary stays when its quantiles have forgotten", async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const registry = new Registry({ createdLines: true });
  new Summary({ name: "s", help: "S.", quantiles: [1], maxAgeSeconds: 1, registers: [registry] }).observe(5);
  vi.advanceTimersByTime(60_000);
  expect(await openMetrics(registry)).toContain('s{quantile="1.0"} NaN\ns_sum 5\ns_count 1\ns_created 1700000000\n');
});

it("an exemplar without labels is {}", async () => {
  const registry = new Registry();
  new Counter({ name: "c_total", help: "C.", registers: [registry] }).inc(1, {});
  expect(await openMetrics(registry)).toMatch(/^c_total 1 # \{\} 1 \d+\.\d{3}$/m);
});

it("a default label with the name of a state set leaves that one out", async () => {
  const registry = new Registry();
  new StateSet({ name: "job", help: "Job.", states: ["on"], registers: [registry] });
  registry.setDefaultLabels({ job: "api" });
  expect(await openMetrics(registry)).toContain('job{job="on"} 0\n');
});

it("labels stay apart when their names are escaped: default labels, states and exemplars", async () => {
  const registry = new Registry();
  const options = { help: "H.", nameValidation: "utf8", registers: [registry] } as const;
  new Counter({ ...options, name: "c_total", labelNames: ["a.b"], exemplars: () => ({ "x.y": "1", "x-y": "2" }) }).inc({
    "a.b": 1,
  });
  new StateSet({ ...options, name: "s.t", states: ["on"] });
  registry.setDefaultLabels({ a_b: "d", s_t: "d" });
  const text = await openMetrics(registry);
  expect(text).toContain('c_total{a_b="1",s_t="d"} 1\n');
  expect(text).toContain('s_t{a_b="d",s_t="on"} 0\n');
  expect(() => new StateSet({ ...options, name: "u.v", states: ["on"], labelNames: ["u_v"] })).toThrow("reserved");
  expect(() => new Gauge({ ...options, name: "g", labelNames: ["..name__"] })).toThrow("belong to Prometheus");
});

it("a unit is told only where the name still ends in it", async () => {
  const registry = new Registry();
  const options = { help: "H.", nameValidation: "utf8", registers: [registry] } as const;
  new Gauge({ ...options, name: "a.b_meters_per_second", unit: "meters_per_second" });
  expect(await openMetrics(registry)).toContain("# UNIT a_b_meters_per_second meters_per_second\n");
  const { body } = await registry.expose({ accept: "application/openmetrics-text;escaping=dots" });
  expect(new TextDecoder().decode(body)).not.toContain("# UNIT");
  expect(() => new Gauge({ ...options, name: "room_°C", unit: "°C" })).toThrow("make them agree");
});
