import * as original from "prom-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as ours from "./index.ts";

type Client = typeof original;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "hrtime"], now: 1_700_000_000_500 });
});

afterEach(() => {
  vi.useRealTimers();
});

/** What is done on a client and what is seen of it, which has to be the same on both. */
const examples: Record<string, (client: Client) => unknown> = {
  "declarations that are refused": (client) => {
    const name = "x";
    const help = "h";
    const configurations: unknown[] = [
      undefined,
      null,
      "text",
      {},
      { name },
      { help },
      { name: "a b", help },
      { name, help, labelNames: ["a b"] },
      { name, help, collect: "text" },
      { name, help, labelNames: ["le"] },
      { name, help, labelNames: ["quantile"] },
      { name, help, enableExemplars: true },
    ];
    const declaring = [client.Counter, client.Gauge, client.Histogram, client.Summary].flatMap((Metric) =>
      configurations.map((configuration) => {
        client.register.clear();
        return errorOf(() => new Metric(configuration as never));
      }),
    );
    client.register.clear();
    return declaring;
  },
  "a name that is taken": (client) => {
    const registers = [new client.Registry()];
    const counter = new client.Counter({ name: "x", help: "h", registers });
    return [
      errorOf(() => new client.Gauge({ name: "x", help: "h", registers })),
      registers[0]!.getSingleMetric("x") === counter,
      registers[0]!.getSingleMetric("y"),
    ];
  },
  "content types": (client) => {
    const Registry = client.Registry as unknown as new (contentType?: string) => original.Registry;
    const open = new Registry(client.Registry.OPENMETRICS_CONTENT_TYPE);
    return [
      client.prometheusContentType,
      client.openMetricsContentType,
      client.Registry.PROMETHEUS_CONTENT_TYPE,
      client.register.contentType,
      client.contentType,
      open.contentType,
      errorOf(() => new Registry("text/html")),
      errorOf(() => open.setContentType("text/html" as never)),
      errorOf(() => client.Registry.merge([open, new Registry()])),
    ];
  },
  "exemplars in OpenMetrics": async (client) => {
    const registry = openMetrics(client);
    const registers = [registry];
    const counter = new client.Counter({
      name: "requests_total",
      help: "h",
      labelNames: ["method"],
      registers,
      enableExemplars: true,
    });
    const histogram = new client.Histogram({
      name: "seconds",
      help: "h",
      buckets: [1, 2],
      labelNames: ["method"],
      registers,
      enableExemplars: true,
    });
    const declared = { counter, histogram } as unknown as Record<string, { labelNames: string[] }>;
    counter.inc({ labels: { method: "GET" }, value: 3, exemplarLabels: { method: 'say "hi"' } });
    counter.inc({ labels: { method: "GET" } });
    counter.inc({ labels: { method: "PUT" } });
    histogram.observe({ labels: { method: "GET" }, value: 1.5, exemplarLabels: { method: "a" } });
    histogram.observe({ labels: { method: "GET" }, value: 5, exemplarLabels: { method: "b" } });
    histogram.observe({ value: 0.5 });
    const end = histogram.startTimer({ method: "PUT" }, { method: "c" });
    vi.advanceTimersByTime(1500);
    return [
      end(undefined, { method: "d" }),
      errorOf(() => counter.inc({ labels: { method: "GET" }, exemplarLabels: { method: "x".repeat(130) } })),
      Object.keys(declared),
      plain(await registry.getMetricsAsJSON()),
      await registry.metrics(),
    ];
  },
  "OpenMetrics of every type": async (client) => {
    const registers = [openMetrics(client)];
    new client.Counter({ name: "a_total", help: "h", registers }).inc(2);
    new client.Counter({ name: "b", help: "h\n", registers }).inc(3);
    new client.Gauge({ name: "c", help: 'the "h"', registers }).set(-Infinity);
    new client.Histogram({ name: "d", help: "h", buckets: [0.1, 1e21], registers }).observe(2);
    new client.Summary({ name: "e", help: "h", percentiles: [0.5], registers }).observe(2);
    return registers[0]!.metrics();
  },
  "registries that are empty": async (client) => [
    await new client.Registry().metrics(),
    await openMetrics(client).metrics(),
    await new client.Registry().getMetricsAsJSON(),
  ],
  "families in the order of their registration": async (client) => {
    const registers = [new client.Registry()];
    for (const name of ["z", "a", "m"]) new client.Gauge({ name, help: "h", registers });
    registers[0]!.removeSingleMetric("a");
    new client.Gauge({ name: "a", help: "h", registers }).set(1);
    return registers[0]!.metrics();
  },
  "a collect that throws or rejects": async (client) => {
    const outcomes: unknown[] = [];
    for (const collect of [
      () => {
        throw new Error("thrown");
      },
      async () => {
        throw new Error("rejected");
      },
    ]) {
      const registers = [new client.Registry()];
      new client.Gauge({ name: "a", help: "h", registers });
      new client.Gauge({ name: "b", help: "h", registers, collect });
      outcomes.push(await rejection(registers[0]!.metrics()), await rejection(registers[0]!.getMetricsAsJSON()));
      outcomes.push(await rejection(registers[0]!.getSingleMetricAsString("b")));
      outcomes.push(await registers[0]!.getSingleMetricAsString("a"));
    }
    return [...outcomes, await rejection(new client.Registry().getSingleMetricAsString("none").catch(nameOnly))];
  },
  "a collect that is waited for, with the metric as this": async (client) => {
    const registers = [new client.Registry()];
    new client.Gauge({
      name: "a",
      help: "h",
      registers,
      async collect() {
        await Promise.resolve();
        this.inc(5);
      },
    });
    return [await registers[0]!.metrics(), plain(await registers[0]!.getMetricsAsJSON())];
  },
  "metrics of one's own in a registry": async (client) => {
    const registry = new client.Registry();
    const values = [
      { value: 1, labels: { a: 'x"', b: 2 } },
      { value: 2, labels: {}, metricName: "own_other" },
      { value: 3 },
    ];
    const own = { name: "own", help: "h\n", type: "gauge", get: async () => ({ ...own, values }), reset() {} };
    registry.registerMetric(own as never);
    new client.Gauge({ name: "a", help: "h", registers: [registry] });
    registry.setDefaultLabels({ b: 1, c: 3 });
    return [await registry.metrics(), await registry.getSingleMetricAsString("own")];
  },
  "resetting and clearing": async (client) => {
    const registry = new client.Registry();
    const registers = [registry];
    new client.Counter({ name: "a", help: "h", registers }).inc();
    new client.Gauge({ name: "b", help: "h", labelNames: ["l"], registers }).set({ l: 1 }, 2);
    new client.Histogram({ name: "c", help: "h", buckets: [1], registers }).observe(2);
    new client.Summary({ name: "d", help: "h", percentiles: [0.5], registers }).observe(2);
    registry.setDefaultLabels({ x: 1 });
    registry.resetMetrics();
    const reset = await registry.metrics();
    registry.clear();
    const name = "a";
    new client.Gauge({ name, help: "h", registers });
    return [reset, await registry.metrics()];
  },
  // prom-client counts an observation several times until its window has turned; whether there are any is the same.
  "summaries that forget": async (client) => {
    const registers = [new client.Registry()];
    const options = { help: "h", percentiles: [0.5], maxAgeSeconds: 60, ageBuckets: 3, registers };
    const kept = new client.Summary({ ...options, name: "a" });
    const pruned = new client.Summary({ ...options, name: "b", labelNames: ["l"], pruneAgedBuckets: true });
    const seen: string[] = [];
    for (let i = 0; i < 8; i++) {
      if (i < 3) {
        kept.observe(i + 1);
        pruned.observe({ l: i }, i + 1);
      }
      const text = await registers[0]!.metrics();
      seen.push(text.replaceAll(/^(\w+\{quantile=.*\}) [1-9.]+$/gm, "$1 some"));
      vi.advanceTimersByTime(21_000);
    }
    return seen;
  },
  "bounds in any order and any number": async (client) => {
    const registers = [new client.Registry()];
    const metrics = [[], [2, 1], [0.1, 1, 5, 5.5]].map((buckets, i) => {
      const histogram = new client.Histogram({ name: `h${i}`, help: "h", buckets, registers });
      for (const value of [0, 1, 1.5, 2, 3, 5.2, -1, 100]) histogram.observe(value);
      return histogram;
    });
    return [metrics.length, await registers[0]!.metrics()];
  },
  "buckets that are generated": (client) => [
    client.linearBuckets(0, 0.1, 5),
    client.exponentialBuckets(1, 1.5, 8),
    errorOf(() => client.linearBuckets(0, 1, 0)),
    errorOf(() => client.exponentialBuckets(0, 2, 3)),
    errorOf(() => client.exponentialBuckets(1, 2, 0)),
    errorOf(() => client.exponentialBuckets(1, 1, 2)),
  ],
  "bound series after a removal": async (client) => {
    const registers = [new client.Registry()];
    const counter = new client.Counter({ name: "a", help: "h", labelNames: ["l"], registers });
    const bound = counter.labels("x");
    bound.inc(5);
    counter.remove("x");
    counter.inc({ l: "y" });
    bound.inc();
    counter.reset();
    bound.inc(2);
    return registers[0]!.metrics();
  },
  "what libraries read of a metric": (client) => {
    const registers = [new client.Registry()];
    const histogram = new client.Histogram({ name: "a", help: "h", labelNames: ["l"], buckets: [1], registers });
    histogram.observe({ l: 1 }, 0.5);
    const { name, help, type, labelNames, aggregator, buckets, hashMap } = histogram as unknown as Record<
      string,
      unknown
    >;
    return plain([name, help, type, labelNames, aggregator, buckets, hashMap]);
  },
};

describe.each(Object.entries(examples))("%s", (_, example) => {
  test("is as in prom-client", async () => {
    const expected = await example(original);
    vi.setSystemTime(1_700_000_000_500);
    expect(await example(ours as unknown as Client)).toEqual(expected);
  });
});

function openMetrics(client: Client): original.Registry {
  const registry = new client.Registry<original.OpenMetricsContentType>();
  registry.setContentType(client.openMetricsContentType);
  return registry as unknown as original.Registry;
}

function errorOf(call: () => unknown): string {
  try {
    call();
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "fulfilled",
    (error: unknown) => `${error as Error}`,
  );
}

function nameOnly(error: Error): never {
  throw new Error(error.name);
}

/** As JSON has it, with properties in one order. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
