import { spawnSync } from "node:child_process";
import { Histogram, Registry } from "@exporterkit/client";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./debian-package.ts";
import { type ExpositionServer, serveRegistry } from "./exposition-server.ts";
import { type PrometheusServer, type QueryResult, startPrometheus } from "./prometheus-server.ts";
import { type ExpectedSample, makeMetrics, randomMetrics, sampleKey } from "./random-metrics.ts";

/** The Accept headers that make us answer in each format; the last is what Prometheus itself asks for. */
const formats: Readonly<Record<string, { accept?: string; contentType: string }>> = {
  text: { accept: "text/plain;version=0.0.4", contentType: "text/plain" },
  openmetrics: { accept: "application/openmetrics-text;version=1.0.0", contentType: "application/openmetrics-text" },
  protobuf: { contentType: "application/vnd.google.protobuf" },
};

describe.skipIf(!hasCommand("prometheus", "prometheus"))("Prometheus (needs the Debian package prometheus)", () => {
  const servers = new Map<string, ExpositionServer>();
  const expected: ExpectedSample[] = [];
  /** Classic gauge histograms, which Prometheus 2.42 passes over in protobuf. */
  const gaugeHistograms = new Set<string>();
  const registry = new Registry();
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    for (const [i, metrics] of fc.sample(randomMetrics({ utf8: false }), { numRuns: 40, seed: 3 }).entries()) {
      const renamed = metrics.map((metric) => ({ ...metric, name: `r${i}_${metric.name}` }));
      expected.push(...makeMetrics(registry, renamed));
      for (const { name, type } of renamed) if (type === "gaugehistogram") gaugeHistograms.add(name);
    }
    const native = new Histogram({
      name: "native_seconds",
      help: "Native.",
      labelNames: ["a"],
      native: true,
      registers: [registry],
    });
    for (let i = 1; i <= 1000; i++) native.observe({ a: "x" }, i / 100);
    for (const [format, { accept }] of Object.entries(formats))
      servers.set(format, await serveRegistry(registry, accept));
    const targets = [...servers.values()].map(({ target }) => target);
    prometheus = await startPrometheus(targets, "--enable-feature=native-histograms");
  });
  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
  });

  it.each(Object.keys(formats))("reads in %s what was written", async (format) => {
    const { target, answered } = servers.get(format)!;
    await prometheus.queryUntil(`up{instance="${target}"}`, (results) => results[0]?.value === 1);
    expect([...answered].map((contentType) => contentType.split(";")[0])).toEqual([formats[format]!.contentType]);

    const results = await prometheus.query(`{instance="${target}"}`);
    const found = new Set(results.map(keyOf));
    // Prometheus takes an empty label for none.
    const readable =
      format === "protobuf"
        ? expected.filter(({ name }) => !gaugeHistograms.has(name.replace(/_(bucket|gcount|gsum)$/, "")))
        : expected;
    const keys = readable.map(({ labels, ...sample }) =>
      sampleKey({ ...sample, labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== "")) }),
    );
    expect(keys.filter((key) => !found.has(key))).toEqual([]);
  });

  it("computes over a native histogram what was observed", async () => {
    const { target } = servers.get("protobuf")!;
    const select = `native_seconds{instance="${target}"}`;
    const [count] = await prometheus.queryUntil(`histogram_count(${select})`, (results) => results.length > 0);
    expect(count?.value).toBe(1000);
    const [sum] = await prometheus.query(`histogram_sum(${select})`);
    expect(sum?.value).toBeCloseTo(5005, 6);
    const [median] = await prometheus.query(`histogram_quantile(0.5, ${select})`);
    // The usual factor of 1.1 allows an error of 5 percent to each side.
    expect(Math.abs(median!.value / 5 - 1)).toBeLessThan(0.05);
  });
});

function keyOf({ metric, value }: QueryResult): string {
  const { __name__: name = "", instance: _, job: __, ...labels } = metric;
  return sampleKey({ name, labels, value });
}

describe.skipIf(!hasCommand("promtool", "prometheus"))("promtool (needs the Debian package prometheus)", () => {
  it("parses the text of every kind of metric", async () => {
    for (const metrics of fc.sample(randomMetrics({ utf8: false }), { numRuns: 10, seed: 4 })) {
      const registry = new Registry();
      makeMetrics(registry, metrics);
      const { stderr } = spawnSync("promtool", ["check", "metrics"], {
        input: await registry.metrics(),
        encoding: "utf8",
      });
      expect(stderr).not.toContain("error while linting");
    }
  });
});
