import { createRequire } from "node:module";
import * as prometheusIoClient from "@prometheus-io/client";
import * as promClient from "prom-client";
import { expect, it } from "vitest";
import { Counter, Gauge, Histogram, Registry } from "../index.ts";

// What the two libraries write wrongly, and what this one writes instead. They are held to their faults in the version in
// which those were seen and in no other, so that a release that mends one breaks no test.

type Client = typeof promClient;

const known = [
  { name: "prom-client", version: "15.1.3", client: promClient },
  { name: "@prometheus-io/client", version: "0.16.1", client: prometheusIoClient as unknown as Client },
].filter(({ name, version }) => createRequire(import.meta.url)(`${name}/package.json`).version === version);

async function openMetrics(registry: Registry): Promise<string> {
  const { contentType, body } = await registry.expose({ accept: "application/openmetrics-text;version=1.0.0" });
  expect(contentType).toMatch(/^application\/openmetrics-text; version=1\.0\.0;/);
  return new TextDecoder().decode(body);
}

/** A registry of theirs that writes OpenMetrics. */
function theirOpenMetrics({ Registry: TheirRegistry }: Client): promClient.Registry<promClient.OpenMetricsContentType> {
  return new (TheirRegistry as unknown as new (
    contentType: string,
  ) => promClient.Registry<promClient.OpenMetricsContentType>)(TheirRegistry.OPENMETRICS_CONTENT_TYPE);
}

/** A line of an exposition less its timestamp. */
function lineOf(text: string, start: string): string | undefined {
  return text
    .split("\n")
    .find((line) => line.startsWith(start))
    ?.replace(/ \d{10}\.\d+$/, "");
}

it("writes NaN as NaN", async () => {
  const registry = new Registry();
  new Gauge({ name: "m", help: "Help.", registers: [registry] }).set(NaN);
  expect(await registry.metrics()).toContain("\nm NaN\n");
  expect(await openMetrics(registry)).toContain("\nm NaN\n");
  for (const { client } of known) {
    const theirs = new client.Registry();
    new client.Gauge({ name: "m", help: "Help.", registers: [theirs] }).set(NaN);
    expect(await theirs.metrics()).toContain("\nm Nan\n");
  }
});

it("keeps the sign of negative zero", async () => {
  const registry = new Registry();
  new Gauge({ name: "m", help: "Help.", registers: [registry] }).set(-0);
  expect(await registry.metrics()).toContain("\nm -0\n");
  for (const { client } of known) {
    const theirs = new client.Registry();
    new client.Gauge({ name: "m", help: "Help.", registers: [theirs] }).set(-0);
    expect(await theirs.metrics()).toContain("\nm 0\n");
  }
});

it("leaves every name as it was when a scrape asks for OpenMetrics", async () => {
  const registry = new Registry();
  const counter = new Counter({ name: "m_total", help: "Help.", registers: [registry] });
  const before = await registry.metrics();
  expect(await openMetrics(registry)).toBe("# TYPE m counter\n# HELP m Help.\nm_total 0\n# EOF\n");
  expect(await registry.metrics()).toBe(before);
  expect(counter.name).toBe("m_total");
  expect(registry.getSingleMetric("m_total")).toBe(counter);
  for (const { client } of known) {
    const theirs = theirOpenMetrics(client);
    new client.Counter({ name: "m_total", help: "Help.", registers: [theirs] });
    await theirs.metrics();
    theirs.setContentType(client.Registry.PROMETHEUS_CONTENT_TYPE as never);
    expect(lineOf(await theirs.metrics(), "m")).toBe("m 0");
  }
});

it('escapes `"` in the HELP of OpenMetrics, where the older text format does not', async () => {
  const help = 'A "quoted" \\ word\nand a line.';
  const registry = new Registry();
  new Gauge({ name: "m", help, registers: [registry] });
  expect(await openMetrics(registry)).toContain('# HELP m A \\"quoted\\" \\\\ word\\nand a line.\n');
  expect(await registry.metrics()).toContain('# HELP m A "quoted" \\\\ word\\nand a line.\n');
  for (const { client } of known) {
    const theirs = theirOpenMetrics(client);
    new client.Gauge({ name: "m", help, registers: [theirs] });
    expect(await theirs.metrics()).toContain('# HELP m A "quoted"');
  }
});

it("writes `le` of OpenMetrics in its canonical form", async () => {
  const buckets = [1e-5, 0.5, 1, 1e6];
  const registry = new Registry();
  new Histogram({ name: "m", help: "Help.", buckets, registers: [registry] });
  const bounds = (text: string): string[] => Array.from(text.matchAll(/le="([^"]+)"/g), ([, bound]) => bound!);
  expect(bounds(await openMetrics(registry))).toEqual(["1e-05", "0.5", "1.0", "1e+06", "+Inf"]);
  for (const { client } of known) {
    const theirs = theirOpenMetrics(client);
    new client.Histogram({ name: "m", help: "Help.", buckets: [...buckets], registers: [theirs] });
    expect(bounds(await theirs.metrics())).toEqual(["0.00001", "0.5", "1", "1000000", "+Inf"]);
  }
});

it("lets bound series take amounts and observations, with exemplars or without", async () => {
  const registry = new Registry();
  const counter = new Counter({ name: "c_total", help: "Help.", labelNames: ["a"], registers: [registry] });
  const histogram = new Histogram({ name: "h", help: "Help.", buckets: [1], labelNames: ["a"], registers: [registry] });
  const bound = { counter: counter.labels("x"), histogram: histogram.labels("x") };
  bound.counter.inc(2);
  bound.counter.inc(3, { trace_id: "1" });
  bound.histogram.observe(2);
  bound.histogram.observe(0.5, { trace_id: "2" });
  bound.histogram.startTimer()();
  const text = await openMetrics(registry);
  // The exemplar's value is what was added, and not the counter's.
  expect(lineOf(text, "c_total")).toBe('c_total{a="x"} 5 # {trace_id="1"} 3');
  expect(lineOf(text, "h_bucket")).toBe('h_bucket{a="x",le="1.0"} 2 # {trace_id="2"} 0.5');
  expect(lineOf(text, "h_count")).toBe('h_count{a="x"} 3');

  for (const { name, client } of known) {
    const registers = [theirOpenMetrics(client)];
    const options = { help: "Help.", labelNames: ["a"], enableExemplars: true, registers };
    const theirs = new client.Counter({ ...options, name: "c_total" });
    theirs.labels("x").inc(2);
    for (let i = 0; i < 2; i++) theirs.inc({ labels: { a: "y" }, value: 3, exemplarLabels: { trace_id: "1" } });
    const lines = (await registers[0]!.metrics()).split("\n").filter((line) => line.startsWith("c_total"));
    const exemplar = name === "prom-client" ? 3 : 6;
    expect(lines.map((line) => lineOf(line, ""))).toEqual([
      "c_total 1",
      `c_total{a="y"} 6 # {trace_id="1"} ${exemplar}`,
    ]);
    const stop = new client.Histogram({ ...options, name: "h" }).labels("x").startTimer();
    expect(() => stop()).toThrow(TypeError);
  }
});

it("leaves out an exemplar that is too long, by its code points, and counts all the same", async () => {
  const registry = new Registry();
  const counter = new Counter({ name: "m_total", help: "Help.", registers: [registry] });
  counter.inc(1, { id: "\u{1F680}".repeat(126) });
  expect(lineOf(await openMetrics(registry), "m_total")).toBe(`m_total 1 # {id="${"\u{1F680}".repeat(126)}"} 1`);
  counter.inc(5, { id: "\u{1F680}".repeat(127) });
  expect(lineOf(await openMetrics(registry), "m_total")).toBe(`m_total 6 # {id="${"\u{1F680}".repeat(126)}"} 1`);
  for (const { client } of known) {
    const theirs = theirOpenMetrics(client);
    const throwing = new client.Counter({ name: "m_total", help: "Help.", enableExemplars: true, registers: [theirs] });
    const tooLong = { value: 1, exemplarLabels: { id: "\u{1F680}".repeat(64) } };
    expect(() => throwing.inc(tooLong as never)).toThrow(RangeError);
    expect(await theirs.metrics()).toContain("m_total 1 # {} +Inf undefined\n");
  }
});
