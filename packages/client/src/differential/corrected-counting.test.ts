import { createRequire } from "node:module";
import * as prometheusIoClient from "@prometheus-io/client";
import * as promClient from "prom-client";
import { expect, it, vi } from "vitest";
import { Counter, Gauge, Histogram, Registry, Summary } from "../index.ts";

// What the two libraries count wrongly, and what this one does instead. They are held to their faults in the version in
// which those were seen and in no other, so that a release that mends one breaks no test.

type Client = typeof promClient;

const versionOf = (name: string): string => createRequire(import.meta.url)(`${name}/package.json`).version;
const prom = versionOf("prom-client") === "15.1.3" ? [promClient] : [];
const io = versionOf("@prometheus-io/client") === "0.16.1" ? [prometheusIoClient as unknown as Client] : [];
const both = [...prom, ...io];

/** The lines of the series of one metric that `use` declared in a registry of the library. */
async function seen(client: Client, use: (registers: InstanceType<Client["Registry"]>[]) => void): Promise<string[]> {
  const registry = new client.Registry();
  use([registry]);
  return samples(await registry.metrics());
}

function samples(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const named = { name: "m", help: "Help." };

it("refuses buckets that are not in order, which would count wrongly", async () => {
  const buckets = [5, 1];
  expect(() => new Histogram({ ...named, buckets, registers: [] })).toThrow(
    expect.objectContaining({ code: "invalid_buckets" }),
  );
  for (const client of both) {
    const lines = await seen(client, (registers) => {
      const histogram = new client.Histogram({ ...named, buckets: [...buckets], registers });
      histogram.observe(0.5);
      histogram.observe(3);
    });
    expect(lines.slice(0, 3)).toEqual(['m_bucket{le="5"} 2', 'm_bucket{le="1"} 2', 'm_bucket{le="+Inf"} 2']);
  }
});

it("takes a bucket of Infinity as the one that closes every histogram", async () => {
  const registry = new Registry();
  new Histogram({ ...named, buckets: [1, Infinity], registers: [registry] }).observe(5);
  const lines = samples(await registry.metrics());
  expect(lines).toEqual(['m_bucket{le="1"} 0', 'm_bucket{le="+Inf"} 1', "m_sum 5", "m_count 1"]);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      new client.Histogram({ ...named, buckets: [1, Infinity], registers }).observe(5);
    });
    expect(theirs).toContain('m_bucket{le="Infinity"} 1');
  }
});

it("counts what is above every bound in no bucket but the last, even where a bound is -1", async () => {
  const registry = new Registry();
  new Histogram({ ...named, buckets: [-1, 0], registers: [registry] }).observe(5);
  expect(samples(await registry.metrics()).slice(0, 3)).toEqual([
    'm_bucket{le="-1"} 0',
    'm_bucket{le="0"} 0',
    'm_bucket{le="+Inf"} 1',
  ]);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      new client.Histogram({ ...named, buckets: [-1, 0], registers }).observe(5);
    });
    expect(theirs.slice(0, 2)).toEqual(['m_bucket{le="-1"} 1', 'm_bucket{le="0"} 1']);
  }
});

it("counts observations that are not finite, as Go's library does", async () => {
  const registry = new Registry();
  const histogram = new Histogram({ ...named, buckets: [1], registers: [registry] });
  histogram.observe(-Infinity);
  expect(samples(await registry.metrics())).toEqual([
    'm_bucket{le="1"} 1',
    'm_bucket{le="+Inf"} 1',
    "m_sum -Inf",
    "m_count 1",
  ]);
  histogram.observe(NaN);
  expect(samples(await registry.metrics())).toEqual([
    'm_bucket{le="1"} 1',
    'm_bucket{le="+Inf"} 2',
    "m_sum NaN",
    "m_count 2",
  ]);
  for (const client of both) {
    const theirs = new client.Histogram({ ...named, registers: [] });
    expect(() => theirs.observe(-Infinity)).toThrow(TypeError);
  }
});

it("refuses to add NaN to a counter, which would keep it NaN for good", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...named, registers: [registry] });
  expect(() => counter.inc(NaN)).toThrow(expect.objectContaining({ code: "invalid_value" }));
  expect(() => counter.labels().inc(NaN)).toThrow(expect.objectContaining({ code: "invalid_value" }));
  counter.inc();
  expect(samples(await registry.metrics())).toEqual(["m 1"]);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      const poisoned = new client.Counter({ ...named, registers });
      poisoned.inc(NaN);
      poisoned.inc();
    });
    expect(theirs).toEqual(["m Nan"]);
  }
});

it.each([
  { collide: prom, first: { a: "1,b:2", b: "3" }, second: { a: "1", b: "2,b:3" } },
  { collide: io, first: { a: "1|2", b: "3" }, second: { a: "1", b: "2|3" } },
])("keeps $first and $second apart", async ({ collide, first, second }) => {
  const registry = new Registry();
  const counter = new Counter({ ...named, labelNames: ["a", "b"], registers: [registry] });
  counter.inc(first);
  counter.labels(second).inc();
  expect(samples(await registry.metrics())).toEqual([
    `m{a="${first.a}",b="${first.b}"} 1`,
    `m{a="${second.a}",b="${second.b}"} 1`,
  ]);
  for (const client of collide) {
    const theirs = await seen(client, (registers) => {
      const colliding = new client.Counter({ ...named, labelNames: ["a", "b"], registers });
      colliding.inc(first);
      colliding.inc(second);
    });
    expect(theirs).toEqual([`m{a="${first.a}",b="${first.b}"} 2`]);
  }
});

it("keeps no hold of a label object that the caller goes on to change", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...named, labelNames: ["a"], registers: [registry] });
  const labels = { a: "x" };
  const bound = counter.labels(labels);
  counter.inc(labels);
  labels.a = "y";
  counter.inc(labels);
  bound.inc();
  expect(samples(await registry.metrics())).toEqual(['m{a="x"} 2', 'm{a="y"} 1']);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      const duplicating = new client.Counter({ ...named, labelNames: ["a"], registers });
      const shared = { a: "x" };
      duplicating.inc(shared);
      shared.a = "y";
      duplicating.inc(shared);
    });
    expect(theirs).toEqual(['m{a="y"} 1', 'm{a="y"} 1']);
  }
});

it("refuses unknown and missing labels when a series is bound, in every type of metric", () => {
  const options = { ...named, labelNames: ["a"], registers: [] };
  const unknown = { a: "x", unknown: "y" } as unknown as { a: string };
  const refusal = expect.objectContaining({ code: "invalid_labels" });
  for (const metric of [new Counter(options), new Gauge(options), new Histogram(options), new Summary(options)]) {
    expect(() => metric.labels(unknown)).toThrow(refusal);
    expect(() => (metric.labels as (labels: object) => unknown)({})).toThrow(refusal);
    expect(() => metric.remove(unknown)).toThrow(refusal);
  }
  for (const client of both) {
    const theirs = new client.Counter({ ...named, labelNames: ["a"], registers: [] });
    expect(() => theirs.labels(unknown)).not.toThrow();
    expect(() => theirs.inc({})).not.toThrow();
  }
});

it("exposes a series at zero from when it is bound", async () => {
  const registry = new Registry();
  new Counter({ ...named, labelNames: ["a"], registers: [registry] }).labels("x");
  expect(samples(await registry.metrics())).toEqual(['m{a="x"} 0']);
});

it("resets a histogram without labels to zero and a summary with labels to no series", async () => {
  const registry = new Registry();
  const histogram = new Histogram({ name: "h", help: "Help.", buckets: [1], registers: [registry] });
  histogram.observe(0.5);
  const summary = new Summary({ name: "s", help: "Help.", labelNames: ["a"], registers: [registry] });
  summary.observe({ a: "x" }, 1);
  registry.resetMetrics();
  const empty = ['h_bucket{le="1"} 0', 'h_bucket{le="+Inf"} 0', "h_sum 0", "h_count 0"];
  expect(samples(await registry.metrics())).toEqual(empty);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      new client.Histogram({ name: "h", help: "Help.", registers }).reset();
      const kept = new client.Summary({ name: "s", help: "Help.", labelNames: ["a"], percentiles: [], registers });
      kept.observe({ a: "x" }, 1);
      kept.reset();
    });
    expect(theirs).toEqual(['s_sum{a="x"} 0', 's_count{a="x"} 0']);
  }
});

it("estimates no quantiles that were not asked for", async () => {
  const registry = new Registry();
  new Summary({ ...named, registers: [registry] }).observe(2);
  expect(samples(await registry.metrics())).toEqual(["m_sum 2", "m_count 1"]);
  for (const client of both) {
    const theirs = await seen(client, (registers) => new client.Summary({ ...named, registers }).observe(2));
    expect(theirs).toHaveLength(9);
  }
});

it("knows no quantile of no observations, rather than 0", async () => {
  const registry = new Registry();
  new Summary({ ...named, quantiles: [0.5], registers: [registry] });
  expect(samples(await registry.metrics())).toEqual(['m{quantile="0.5"} NaN', "m_sum 0", "m_count 0"]);
  for (const client of both) {
    const theirs = await seen(client, (registers) => {
      new client.Summary({ ...named, percentiles: [0.5], registers });
    });
    expect(theirs[0]).toBe('m{quantile="0.5"} 0');
  }
});

it("counts each observation once in the quantiles, however many slices of time they are kept in", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  try {
    const registry = new Registry();
    const window = { maxAgeSeconds: 30, ageBuckets: 3 };
    const observing = [new Summary({ ...named, ...window, quantiles: [0.5], registers: [registry] })];
    const registries = both.map((client) => {
      const theirs = new client.Registry();
      observing.push(new client.Summary({ ...named, ...window, percentiles: [0.5], registers: [theirs] }) as never);
      return theirs;
    });
    const observeFrom = (first: number, count: number): void => {
      for (const summary of observing) for (let i = 0; i < count; i++) summary.observe(first + i);
    };
    observeFrom(1, 10);
    vi.advanceTimersByTime(11_000);
    observeFrom(101, 12);
    const median = async (metrics: Promise<string>): Promise<number> =>
      Number(samples(await metrics)[0]?.split(" ")[1]);
    expect(await median(registry.metrics())).toBeGreaterThan(100);
    // There each of the first ten counts three times, and each of the twelve that follow twice.
    for (const theirs of registries) expect(await median(theirs.metrics())).toBeLessThan(11);
  } finally {
    vi.useRealTimers();
  }
});
