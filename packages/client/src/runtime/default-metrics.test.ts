import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as prometheusIo from "@prometheus-io/client";
import { collectDefaultMetrics as promClientDefaultMetrics, Registry as PromClientRegistry } from "prom-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Client = typeof import("../index.ts");
let client: Client;

beforeEach(async () => {
  vi.resetModules();
  client = await import("../index.ts");
});
afterEach(() => client.collectDefaultMetrics().stop());

/** The name and type of each family. */
function typesOf(text: string): Map<string, string> {
  return new Map(Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name!, type!]));
}

function utilizationSeriesOf(text: string): string[] {
  return Array.from(text.matchAll(/^nodejs_eventloop_utilization_\S+/gm), ([series]) => series).toSorted();
}

function valueOf(text: string, series: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}

it("come along with the default registry, and with no other", async () => {
  new client.Counter({ name: "mine_total", help: "Mine." });
  const text = await client.register.metrics();
  expect(text).toContain("mine_total 0");
  expect(text).toContain("process_cpu_seconds_total");
  expect(text).toContain("nodejs_version_info");
  expect(await new client.Registry().metrics()).toBe("");
});

it("bear the names and types of prom-client's", async () => {
  const registry = new PromClientRegistry();
  promClientDefaultMetrics({ register: registry });
  const theirs = typesOf(await registry.metrics());
  const ours = typesOf(await client.register.metrics());
  expect(theirs.size).toBeGreaterThan(25);
  for (const [name, type] of theirs) expect(`${name} ${ours.get(name)}`).toBe(`${name} ${type}`);
});

it("bear the names and types of @prometheus-io/client's, its buckets and quantiles of the event loop too", async () => {
  const registry = new prometheusIo.Registry();
  prometheusIo.collectDefaultMetrics({ register: registry });
  const theirText = await registry.metrics();
  const ourText = await client.register.metrics();
  const ours = typesOf(ourText);
  for (const [name, type] of typesOf(theirText)) expect(`${name} ${ours.get(name)}`).toBe(`${name} ${type}`);
  const utilization = utilizationSeriesOf(theirText);
  expect(utilization).toHaveLength(14 + 2 + 7 + 2);
  expect(utilizationSeriesOf(ourText)).toEqual(utilization);
});

it("count the time for which the event loop was blocked as time at work", async () => {
  await client.register.metrics();
  const end = performance.now() + 350;
  while (performance.now() < end);
  let text = "";
  await vi.waitFor(async () => {
    text = await client.register.metrics();
    expect(valueOf(text, "nodejs_eventloop_utilization_histogram_count")).toBeGreaterThanOrEqual(3);
  }, 10_000);
  expect(valueOf(text, "nodejs_eventloop_utilization_histogram_sum")).toBeGreaterThan(1);
  expect(valueOf(text, 'nodejs_eventloop_utilization_summary{quantile="0.5"}')).toBeGreaterThan(0.25);
});

it("tell the truth about this process", async () => {
  const text = await client.register.metrics();
  const { rss } = process.memoryUsage();
  expect(valueOf(text, "process_resident_memory_bytes") / rss).toBeCloseTo(1, 0);
  expect(Math.abs(valueOf(text, "process_start_time_seconds") - (Date.now() / 1000 - process.uptime()))).toBeLessThan(
    1,
  );
  const { user, system } = process.cpuUsage();
  const cpu = valueOf(text, "process_cpu_seconds_total");
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThanOrEqual((user + system) / 1e6);
  expect(valueOf(text, "nodejs_heap_size_used_bytes")).toBeLessThanOrEqual(
    valueOf(text, "nodejs_heap_size_total_bytes"),
  );
  // Quantiles there are from the first sample on.
  expect(text.replaceAll(/^nodejs_eventloop_utilization_summary.*$/gm, "")).not.toContain("NaN");
});

it.runIf(process.platform === "linux")("tell what Linux tells", async () => {
  const text = await client.register.metrics();
  for (const name of ["virtual_memory_bytes", "heap_bytes", "open_fds", "max_fds", "threads"]) {
    expect(valueOf(text, `process_${name}`), name).toBeGreaterThan(0);
  }
});

it("count every garbage collection, those too that are reported together", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const majors = async (): Promise<number> =>
    valueOf(await client.register.metrics(), 'nodejs_gc_duration_seconds_count{kind="major"}');
  const before = await majors();
  for (let i = 0; i < 5; i++) collectGarbage();
  await vi.waitFor(async () => expect(await majors()).toBeGreaterThanOrEqual(before + 5), 10_000);
});

it("can be stopped, and do not come back by themselves", async () => {
  expect(await client.register.metrics()).toContain("nodejs_");
  client.collectDefaultMetrics().stop();
  expect(await client.register.metrics()).toBe("");
});

it("are not collected twice, and a call with options takes the place of what came along", async () => {
  await client.register.metrics();
  const running = client.collectDefaultMetrics({ prefix: "app_", gcDurationBuckets: [1] });
  expect(client.collectDefaultMetrics({ prefix: "app_" })).toBe(running);
  const text = await client.register.metrics();
  expect([...typesOf(text).keys()].filter((name) => !name.startsWith("app_"))).toEqual([]);
  expect(text).toContain("app_process_cpu_seconds_total");
  running.stop();
  expect(await client.register.metrics()).toBe("");
});

it("refuse a prefix that makes no metric name", () => {
  expect(() => client.collectDefaultMetrics({ prefix: "my-app_" })).toThrow('"my-app_process_cpu_user_seconds_total"');
});

it("come back after a registry was cleared, and then stop as ever", async () => {
  const registry = new client.Registry();
  const before = client.collectDefaultMetrics({ register: registry });
  registry.clear();
  const after = client.collectDefaultMetrics({ register: registry });
  expect(after).not.toBe(before);
  expect(await registry.metrics()).toContain("process_cpu_seconds_total");
  before.stop();
  expect(await registry.metrics()).toContain("process_cpu_seconds_total");
  after.stop();
  expect(await registry.metrics()).toBe("");
});

it("take no metric of the user's with them when they stop", async () => {
  const registry = new client.Registry();
  const running = client.collectDefaultMetrics({ register: registry });
  registry.clear();
  new client.Gauge({ name: "process_open_fds", help: "Mine.", registers: [registry] });
  running.stop();
  expect(await registry.metrics()).toContain("process_open_fds 0");
});

it("leave nothing behind where a name is taken", async () => {
  const registry = new client.Registry();
  new client.Gauge({ name: "nodejs_version_info", help: "Mine.", registers: [registry] });
  expect(() => client.collectDefaultMetrics({ register: registry })).toThrow("nodejs_version_info");
  expect(registry.getMetricsAsArray()).toHaveLength(1);
});

it("keep what they counted when they are asked for again", async () => {
  await client.register.metrics();
  const implied = client.collectDefaultMetrics();
  expect(client.collectDefaultMetrics({ prefix: undefined })).toBe(implied);
});

it("refuse a precision that is none", () => {
  const register = new client.Registry();
  expect(() => client.collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 0 })).toThrow(
    "eventLoopMonitoringPrecision is 0",
  );
});

it("tell scrapes that overlap the same of the event loop", async () => {
  const [one, two] = [client.Registry.merge([client.register]), client.Registry.merge([client.register])];
  await vi.waitFor(async () => {
    expect(valueOf(await client.register.metrics(), "nodejs_eventloop_lag_max_seconds")).toBeGreaterThan(0);
  }, 10_000);
  for (const text of await Promise.all([one.metrics(), two.metrics()])) {
    expect(valueOf(text, "nodejs_eventloop_lag_max_seconds")).toBeGreaterThan(0);
  }
});

it("tell a scrape that follows closely what the one before was told of the event loop, and nothing before anything is known", async () => {
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 });
  const name = "nodejs_eventloop_lag_max_seconds";
  expect(await registry.metrics()).not.toMatch(new RegExp(`^${name} `, "m"));
  let first = "";
  await vi.waitFor(async () => {
    first = await registry.metrics();
    expect(valueOf(first, name)).toBeGreaterThan(0);
  }, 10_000);
  expect(valueOf(await registry.metrics(), name)).toBe(valueOf(first, name));
});

it("say how those of several processes become one, where adding them up would be nonsense", async () => {
  const families = await client.register.collect();
  const aggregations = new Map(families.map(({ name, aggregation }) => [name, aggregation ?? "sum"]));
  expect(Object.fromEntries(aggregations)).toMatchObject({
    process_cpu_seconds_total: "sum",
    process_start_time_seconds: "min",
    nodejs_version_info: "first",
    nodejs_heap_size_used_bytes: "sum",
    nodejs_eventloop_lag_seconds: "max",
    nodejs_eventloop_lag_min_seconds: "min",
    nodejs_eventloop_lag_mean_seconds: "average",
    nodejs_eventloop_lag_p99_seconds: "max",
    ...(process.platform === "linux" && {
      process_resident_memory_bytes: "sum",
      process_network_receive_bytes_total: "max",
    }),
  });
});
