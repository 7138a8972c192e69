import * as promClient from "prom-client";
import { describe, expect, it, vi } from "vitest";
import * as exporterKit from "./index.ts";

// What prom-client gets wrong, and what is right: all that a program can see of the difference between the two.

type Client = typeof promClient;
const ours = exporterKit as unknown as Client;

/** Runs the same on both. */
async function both<T>(run: (client: Client) => T | Promise<T>): Promise<{ theirs: T; ours: T }> {
  return { theirs: await run(promClient), ours: await run(ours) };
}

function openMetrics(client: Client): promClient.Registry {
  const registry = new client.Registry();
  registry.setContentType(client.openMetricsContentType as never);
  return registry;
}

async function samples(registry: promClient.Registry): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("label sets", () => {
  it("that differ are never one series", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const counter = new client.Counter({ name: "c", help: "C.", labelNames: ["a", "b"], registers: [registry] });
      counter.inc({ a: "1,b:2" });
      counter.inc({ a: "1", b: "2" });
      return samples(registry);
    });
    expect(result.theirs).toEqual(['c{a="1,b:2"} 2']);
    expect(result.ours).toEqual(['c{a="1,b:2"} 1', 'c{a="1",b="2"} 1']);
  });

  it("show no label that is undefined", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const counter = new client.Counter({ name: "c", help: "C.", labelNames: ["a"], registers: [registry] });
      counter.inc({ a: undefined as never });
      counter.inc();
      return samples(registry);
    });
    expect(result.theirs).toEqual(['c{a="undefined"} 2']);
    expect(result.ours).toEqual(["c 2"]);
  });

  it("that are new take the places of those that were removed", async () => {
    const result = await both(async (client) => {
      const gauge = new client.Gauge({ name: "g", help: "G.", labelNames: ["a"], registers: [] });
      for (const a of ["x", "y"]) gauge.set({ a }, 1);
      gauge.remove("x");
      gauge.set({ a: "z" }, 1);
      return (await gauge.get()).values.map(({ labels }) => labels.a);
    });
    expect(result).toEqual({ theirs: ["y", "z"], ours: ["z", "y"] });
  });

  it("show what they inherit, and nothing of what every object has", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const labelNames = ["a", "constructor"];
      const counter = new client.Counter({ name: "c", help: "C.", labelNames, registers: [registry] });
      for (const a of ["x", "y"]) counter.inc(Object.create({ a }) as object);
      counter.inc();
      const json = await registry.getMetricsAsJSON();
      return { lines: await samples(registry), labels: json[0]!.values.map(({ labels }) => labels) };
    });
    expect(result.theirs).toEqual({ lines: ["c 1", "c 1", "c 1"], labels: [{}, {}, {}] });
    expect(result.ours).toEqual({ lines: ['c{a="x"} 1', 'c{a="y"} 1', "c 1"], labels: [{ a: "x" }, { a: "y" }, {}] });
  });

  it("may be null, as may their names, and a help may be a number", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const settings = { registers: [registry], help: 5, labelNames: null };
      const calls = [
        async () => new client.Gauge({ name: "x", help: "X.", registers: [registry] }).labels(null as never).set(1),
        async () => new client.Gauge({ ...settings, name: "y", labelNames: [] } as never),
        async () => await registry.metrics(),
        async () => new client.Gauge({ ...settings, name: "z" } as never),
      ];
      const failed: boolean[] = [];
      for (const call of calls) {
        try {
          await call();
          failed.push(false);
        } catch (error) {
          failed.push(error instanceof TypeError);
        }
      }
      return failed;
    });
    expect(result).toEqual({ theirs: [true, false, true, true], ours: [false, false, false, false] });
  });

  it("stay what they were when the object that gave them changes", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const counter = new client.Counter({ name: "c", help: "C.", labelNames: ["a"], registers: [registry] });
      const labels = { a: "before" };
      counter.inc(labels);
      labels.a = "after";
      return samples(registry);
    });
    expect(result.theirs).toEqual(['c{a="after"} 1']);
    expect(result.ours).toEqual(['c{a="before"} 1']);
  });

  it("do not take up default labels when they are read as JSON", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      new client.Counter({ name: "c", help: "C.", registers: [registry] });
      registry.setDefaultLabels({ app: "x" });
      await registry.getMetricsAsJSON();
      registry.setDefaultLabels({});
      return samples(registry);
    });
    expect(result.theirs).toEqual(['c{app="x"} 0']);
    expect(result.ours).toEqual(["c 0"]);
  });

  it("of zero() are checked as those of observe() are", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      const histogram = new client.Histogram({
        name: "h",
        help: "H.",
        labelNames: ["a"],
        buckets: [],
        registers: [registry],
      });
      expect(() => histogram.observe({ wrong: 1 } as never, 1)).toThrow(/Added label "wrong"/);
      try {
        histogram.zero({ wrong: 1 } as never);
      } catch (error) {
        return (error as Error).message;
      }
      return samples(registry);
    });
    expect(result.theirs).toContain('h_count{wrong="1"} 0');
    expect(result.ours).toBe(`Added label "wrong" is not included in initial labelset: [ 'a' ]`);
  });
});

describe("values", () => {
  it("that are no number are NaN, as the formats have it", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      new client.Gauge({ name: "g", help: "G.", registers: [registry] }).set(NaN);
      return samples(registry);
    });
    expect(result).toEqual({ theirs: ["g Nan"], ours: ["g NaN"] });
  });

  it("of nothing but a sign keep it", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      new client.Gauge({ name: "g", help: "G.", registers: [registry] }).set(-0);
      return samples(registry);
    });
    expect(result).toEqual({ theirs: ["g 0"], ours: ["g -0"] });
  });
});

describe("buckets", () => {
  it("have +Inf once, also where it is given", async () => {
    const result = await both(async (client) => {
      const registry = new client.Registry();
      new client.Histogram({ name: "h", help: "H.", buckets: [1, Infinity], registers: [registry] }).observe(2);
      return samples(registry);
    });
    expect(result.theirs).toEqual([
      'h_bucket{le="1"} 0',
      'h_bucket{le="Infinity"} 1',
      'h_bucket{le="+Inf"} 1',
      "h_sum 2",
      "h_count 1",
    ]);
    expect(result.ours).toEqual(['h_bucket{le="1"} 0', 'h_bucket{le="+Inf"} 1', "h_sum 2", "h_count 1"]);
  });

  it("that are given stay the caller's own", async () => {
    const result = await both((client) => {
      const buckets = [1, 2];
      new client.Histogram({ name: "h", help: "H.", buckets, registers: [] });
      return Object.isFrozen(buckets);
    });
    expect(result).toEqual({ theirs: true, ours: false });
  });
});

describe("declarations", () => {
  it.each([
    ["Histogram", "le"],
    ["Summary", "quantile"],
  ] as const)("of a %s with the label %s leave no metric behind", async (type, label) => {
    const result = await both((client) => {
      const registry = new client.Registry();
      const declare = (): unknown =>
        new client[type]({ name: "m", help: "M.", labelNames: [label], registers: [registry] });
      expect(declare).toThrow(`${label} is a reserved label keyword`);
      return registry.getMetricsAsArray().length;
    });
    expect(result).toEqual({ theirs: 1, ours: 0 });
  });
});

describe("OpenMetrics", () => {
  it("leaves a counter its name", async () => {
    const result = await both(async (client) => {
      const registry = openMetrics(client);
      const counter = new client.Counter({ name: "c_total", help: "C.", registers: [registry] });
      const alone = await registry.getSingleMetricAsString("c_total");
      const text = await registry.metrics();
      const { name } = await counter.get();
      return { alone, text, name };
    });
    const text = "# HELP c C.\n# TYPE c counter\nc_total 0\n# EOF\n";
    expect(result.theirs).toEqual({
      alone: "# HELP c_total C.\n# TYPE c_total counter\nc_total_total 0",
      text,
      name: "c",
    });
    expect(result.ours).toEqual({ alone: "# HELP c C.\n# TYPE c counter\nc_total 0", text, name: "c_total" });
  });

  it("is what a text is in from beginning to end that was begun with it", async () => {
    const result = await both(async (client) => {
      const registry = openMetrics(client);
      new client.Counter({ name: "c_total", help: "C.", registers: [registry] });
      const text = registry.metrics();
      registry.setContentType(client.prometheusContentType);
      return await text;
    });
    expect(result.theirs).toBe("# HELP c C.\n# TYPE c counter\nc 0\n# EOF\n");
    expect(result.ours).toBe("# HELP c C.\n# TYPE c counter\nc_total 0\n# EOF\n");
  });

  it("counts calls of bound series where they belong, exemplars enabled or not", async () => {
    const result = await both(async (client) => {
      const registry = openMetrics(client);
      const declaration = { help: "M.", labelNames: ["a"], enableExemplars: true, registers: [registry] };
      const counter = new client.Counter({ ...declaration, name: "c" });
      counter.labels("x").inc(2);
      return (await counter.get()).values;
    });
    expect(result.theirs).toEqual([{ labels: {}, value: 1 }]);
    expect(result.ours).toEqual([{ labels: { a: "x" }, value: 2 }]);
  });

  it("times bound series of a histogram that has exemplars enabled", async () => {
    const result = await both((client) => {
      const declaration = { help: "M.", labelNames: ["a"], enableExemplars: true, registers: [openMetrics(client)] };
      const end = new client.Histogram({ ...declaration, name: "h" }).labels("x").startTimer();
      try {
        return typeof end();
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(result).toEqual({ theirs: "Value is not a valid number: undefined", ours: "number" });
  });

  it("keeps the exemplar before when the next has labels that are too long", async () => {
    const result = await both(async (client) => {
      const counter = new client.Counter({
        name: "c",
        help: "C.",
        enableExemplars: true,
        registers: [openMetrics(client)],
      });
      expect(() => counter.inc({ exemplarLabels: { id: "x".repeat(200) } as never })).toThrow(RangeError);
      const [value] = (await counter.get()).values;
      return value;
    });
    expect(result.theirs).toMatchObject({ value: 1, exemplar: { labelSet: {}, value: null } });
    expect(result.ours).toEqual({ value: 1, labels: {} });
  });
});

it("a summary counts every observation of its window once", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const result = await both(async (client) => {
      const summary = new client.Summary({
        name: "s",
        help: "S.",
        percentiles: [0.5],
        maxAgeSeconds: 3,
        ageBuckets: 3,
        registers: [],
      });
      summary.observe(10);
      vi.advanceTimersByTime(1500);
      summary.observe(20);
      return (await summary.get()).values[0]!.value;
    });
    expect(result).toEqual({ theirs: 14, ours: 15 });
  } finally {
    vi.useRealTimers();
  }
});
