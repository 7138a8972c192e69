import * as promClient from "prom-client";
import { describe, expect, it, vi } from "vitest";
import * as exporterKit from "./index.ts";

const { Counter, Gauge, Histogram, Registry, Summary } = exporterKit;

/** Runs the same on prom-client and on this package, and expects that they agree. */
async function same<T>(run: (client: typeof promClient) => T | Promise<T>): Promise<T> {
  const ours = await run(exporterKit as unknown as typeof promClient);
  expect(ours).toEqual(await run(promClient));
  return ours;
}

describe("metrics", () => {
  it("are the text that prom-client gives, to the letter", async () => {
    const text = await same(async ({ Counter: C, Gauge: G, Histogram: H, Summary: S, Registry: R }) => {
      const registers = [new R()];
      const [registry] = registers;
      registry!.setDefaultLabels({ app: "x", method: "none" });
      const counter = new C({ name: "z_total", help: "Z.", labelNames: ["method", "code"], registers });
      counter.inc({ method: "GET", code: 200 }, 3);
      counter.inc({ code: 500 });
      new H({ name: "h", help: "H.", labelNames: ["method"], buckets: [0.1, 1], registers }).observe(
        { method: "GET" },
        0.5,
      );
      new S({ name: "s", help: "S.", percentiles: [0.5], labelNames: ["code"], registers }).observe({ code: "1" }, 4);
      new G({ name: "a", help: "A.", registers }).set(1.5);
      new G({ name: "empty", help: "Nothing yet.", labelNames: ["method"], registers });
      return registry!.metrics();
    });
    expect(text).toMatch(/^# HELP z_total Z\.\n# TYPE z_total counter\n/);
    expect(text).toMatch(/ 1\.5\n\n# HELP empty Nothing yet\.\n# TYPE empty gauge\n$/);
  });

  it("of no registry's metrics are a line break", async () => {
    expect(await same(async ({ Registry: R }) => [await new R().metrics(), await new R().getMetricsAsJSON()])).toEqual([
      "\n",
      [],
    ]);
  });

  it("wait for collect, which has the metric as this", async () => {
    const registry = new Registry();
    const gauge = new Gauge({
      name: "g",
      help: "G.",
      registers: [registry],
      async collect() {
        await Promise.resolve();
        this.set(7);
      },
    });
    expect(await registry.metrics()).toBe("# HELP g G.\n# TYPE g gauge\ng 7\n");
    expect((await gauge.get()).values).toEqual([{ value: 7, labels: {} }]);
  });

  it("reject with what a collect throws or rejects with, and come again once it does not", async () => {
    const registry = new Registry();
    let fault: Error | undefined = new Error("no luck");
    const collect = vi.fn<() => void>(() => {
      if (fault) throw fault;
    });
    const after = vi.fn<() => void>();
    new Gauge({ name: "g", help: "G.", registers: [registry], collect });
    new Gauge({ name: "after", help: "A.", registers: [registry], collect: after });
    await expect(registry.metrics()).rejects.toBe(fault);
    await expect(registry.getMetricsAsJSON()).rejects.toBe(fault);
    expect(after).toHaveBeenCalledTimes(2);
    fault = undefined;
    expect(await registry.metrics()).toContain("\ng 0\n");
  });

  it("stand in the order of registration, with what is no metric of ours between them", async () => {
    const registry = new Registry();
    new Gauge({ name: "b", help: "B.", registers: [registry] });
    const foreign = new promClient.Histogram({ name: "f", help: "F.", labelNames: ["x"], buckets: [1], registers: [] });
    foreign.observe({ x: 'say "hi"' }, 0.5);
    registry.registerMetric(foreign as never);
    const given = {
      help: "J.",
      name: "j",
      type: "counter",
      values: [{ value: 2, labels: { n: 1 } }],
      aggregator: "sum",
    };
    registry.registerMetric({ name: "j", get: () => Promise.resolve(given) } as never);
    new Gauge({ name: "a", help: "A.", registers: [registry] });
    registry.setDefaultLabels({ app: "x" });
    const theirs = new promClient.Registry();
    for (const metric of registry.getMetricsAsArray()) theirs.registerMetric(metric as never);
    theirs.setDefaultLabels({ app: "x" });
    const text = await registry.metrics();
    expect(text).toBe(await theirs.metrics());
    expect(text.match(/(?<=TYPE )\w+/g)).toEqual(["b", "f", "j", "a"]);
  });

  it("take the get() that a test puts in place of a metric's own", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "g", help: "G.", registers: [registry] });
    const real = await gauge.get();
    vi.spyOn(gauge, "get").mockResolvedValue({ ...real, values: [{ value: 42, labels: {} }] });
    expect(await registry.metrics()).toContain("\ng 42\n");
  });
});

describe("OpenMetrics", () => {
  it("has exemplars as prom-client has them, in text and JSON", async () => {
    vi.useFakeTimers({ toFake: ["Date", "hrtime"] });
    try {
      const { text } = await same(async ({ Counter: C, Histogram: H, Registry: R, openMetricsContentType }) => {
        vi.setSystemTime(1_700_000_000_100);
        const registry = new R();
        registry.setContentType(openMetricsContentType as never);
        const declaration = { help: "M.", labelNames: ["a"], enableExemplars: true, registers: [registry] };
        const counter = new C({ ...declaration, name: "c" });
        counter.inc({ labels: { a: "x" }, value: 2, exemplarLabels: { trace_id: 'a"b', n: 1 } });
        counter.inc({ labels: { a: "y" }, exemplarLabels: {} });
        counter.inc();
        const histogram = new H({ ...declaration, name: "h", buckets: [1, 5] });
        histogram.observe({ labels: { a: "x" }, value: 3, exemplarLabels: { trace_id: "t1" } });
        histogram.observe({ labels: { a: "x" }, value: 9, exemplarLabels: { trace_id: "t2" } });
        histogram.observe({ labels: { a: "x" }, value: 4 });
        const end = histogram.startTimer({ a: "x" }, { trace_id: "t3" });
        vi.advanceTimersByTime(500);
        end({}, { more: "m" });
        expect(() => counter.inc({ labels: { a: "x" }, exemplarLabels: { id: "x".repeat(127) } })).toThrow(
          new RangeError("Label set size must be smaller than 128 UTF-8 chars"),
        );
        // What that last call leaves behind is one of the differences.
        counter.inc({ labels: { a: "x" }, exemplarLabels: { id: "x" } });
        return {
          text: await registry.metrics(),
          json: JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as object,
        };
      });
      expect(text).toContain('c_total{a="x"} 4 # {id="x"} 1 1700000000.6\n');
      expect(text).toContain('h_bucket{le="+Inf",a="x"} 4 # {trace_id="t2"} 9 1700000000.1\n');
      expect(text.endsWith("# EOF\n")).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is what exemplars need", async () => {
    await same(({ Counter: C, Registry: R }) => {
      const declare = (): unknown => new C({ name: "c", help: "C.", enableExemplars: true, registers: [new R()] });
      expect(declare).toThrow(new TypeError("Exemplars are supported only on OpenMetrics registries"));
    });
  });
});

describe("errors", () => {
  it.each([
    [undefined],
    [{}],
    [{ name: "n" }],
    [{ name: "n", help: "" }],
    [{ help: "h" }],
    [{ name: "no-name", help: "h" }],
    [{ name: "n", help: "h", labelNames: ["no-label"] }],
    [{ name: "n", help: "h", collect: 1 }],
    [{ name: "taken", help: "h" }],
  ])("of the declaration %j have prom-client's text", async (declaration) => {
    for (const type of ["Counter", "Gauge", "Histogram", "Summary"] as const) {
      await same((client) => {
        const registry = new client.Registry();
        new client.Gauge({ name: "taken", help: "h", registers: [registry] });
        try {
          new client[type]((declaration && { ...declaration, registers: [registry] }) as never);
          return "none";
        } catch (error) {
          return `${(error as Error).name}: ${(error as Error).message}`;
        }
      });
    }
  });

  it("of registries have prom-client's text", async () => {
    await same((client) => {
      const texts: string[] = [];
      const attempt = (work: () => unknown): void => {
        try {
          work();
        } catch (error) {
          texts.push(`${(error as Error).name}: ${(error as Error).message}`);
        }
      };
      const AnyRegistry = client.Registry as unknown as new (contentType?: string) => promClient.Registry;
      attempt(() => new AnyRegistry("text/html"));
      attempt(() => new client.Registry().setContentType("text/html" as never));
      attempt(() => client.Registry.merge([new AnyRegistry(), new AnyRegistry(client.openMetricsContentType)]));
      attempt(() => client.linearBuckets(1, 1, 0));
      for (const given of [
        [0, 2, 1],
        [1, 2, 0],
        [1, 1, 1],
      ] as const)
        attempt(() => client.exponentialBuckets(given[0], given[1], given[2]));
      return texts;
    });
  });
});

it("buckets are generated to the last digit as prom-client's", async () => {
  await same((client) => [
    client.linearBuckets(0.1, 0.1, 9),
    client.exponentialBuckets(0.001, 1.7, 20),
    client.exponentialBuckets(0.1, 3, 5),
  ]);
});

it("a merged registry follows what it was merged from, however often that is done", async () => {
  const [one, two] = [new Registry(), new Registry()];
  const counter = new Counter({ name: "c", help: "C.", registers: [one] });
  const histogram = new Histogram({ name: "h", help: "H.", buckets: [1], registers: [two] });
  const summary = new Summary({ name: "s", help: "S.", percentiles: [], registers: [one, two] });
  for (let round = 1; round < 20; round++) {
    counter.inc();
    histogram.observe(0.5);
    summary.observe(1);
    const text = await Registry.merge([one, two]).metrics();
    expect(text).toContain(`\nc ${round}\n`);
    expect(text).toContain(`\nh_count ${round}\n`);
    expect(text).toContain(`\ns_sum ${round}\n`);
    expect(await one.metrics()).toContain(`\nc ${round}\n`);
  }
});

it("calls that somebody watches go through what is watched", () => {
  const registers = [new Registry()];
  const counter = new Counter({ name: "c", help: "C.", labelNames: ["a"], registers });
  const histogram = new Histogram({ name: "h", help: "H.", labelNames: ["a"], registers });
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["a"], registers });
  const inc = vi.spyOn(counter, "inc");
  const observe = vi.spyOn(histogram, "observe");
  const set = vi.spyOn(gauge, "set");
  counter.labels("x").inc(2);
  histogram.labels("x").startTimer()();
  gauge.labels("x").set(3);
  expect(inc).toHaveBeenCalledWith({ a: "x" }, 2);
  expect(observe).toHaveBeenCalledWith({ a: "x" }, expect.any(Number));
  expect(set).toHaveBeenCalledWith({ a: "x" }, 3);
});

it("calls of bound series hand on what they were given, also to methods that were replaced in the class", async () => {
  const calls = await same((client) => {
    const registers = [new client.Registry()];
    const counter = new client.Counter({ name: "c", help: "C.", labelNames: ["a"], registers });
    const gauge = new client.Gauge({ name: "g", help: "G.", labelNames: ["a"], registers });
    const watched = [vi.spyOn(counter, "inc"), vi.spyOn(client.Gauge.prototype, "inc"), vi.spyOn(gauge, "dec")];
    for (const bound of [counter.labels("x"), gauge.labels("x")]) {
      bound.inc();
      bound.inc(2);
    }
    gauge.labels("x").dec();
    const given = watched.map((spy) => spy.mock.calls);
    vi.restoreAllMocks();
    return given;
  });
  expect(calls).toEqual([[[{ a: "x" }], [{ a: "x" }, 2]], [[{ a: "x" }], [{ a: "x" }, 2]], [[{ a: "x" }]]]);
});

it("refuses content types, and observations without a value, as prom-client does", async () => {
  const messages = await same((given) => {
    const client = given as unknown as typeof exporterKit;
    const registers = [new client.Registry(client.openMetricsContentType)];
    const histogram = new client.Histogram({ name: "h", help: "H.", enableExemplars: true, registers });
    return [
      () => new client.Registry(null as never),
      () => client.AggregatorRegistry.aggregate([], "text/html" as never),
      () => histogram.observe(undefined as never),
    ].map((call) => {
      try {
        return call();
      } catch (error) {
        return String(error);
      }
    });
  });
  expect(messages).toEqual([
    "TypeError: Content type null is unsupported",
    "Error: Content type text/html is unsupported",
    "TypeError: Value is not a valid number: undefined",
  ]);
});

it.each(["text", "OpenMetrics"])("has in %s what a metric had when it had been brought up to date", async (format) => {
  const texts = await same(async (client) => {
    const registry = new client.Registry();
    if (format === "OpenMetrics") registry.setContentType(client.openMetricsContentType as never);
    const waiting: (() => void)[] = [];
    const asked = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
    const collects: Pick<promClient.GaugeConfiguration<"a">, "collect">[] = [
      {},
      {
        async collect() {
          this.reset();
          await asked();
          this.set({ a: "x" }, 1);
        },
      },
      { collect: asked },
    ];
    for (const [i, collect] of collects.entries()) {
      new client.Gauge({ name: `g${i}`, help: "G.", labelNames: ["a"], registers: [registry], ...collect });
    }
    const alone = registry.getSingleMetricAsString("g1");
    waiting.shift()!();
    const first = registry.metrics();
    waiting.shift()!();
    await vi.waitFor(() => expect(registry.getSingleMetric("g1")).toHaveProperty(["hashMap", "a:x,"]));
    const second = registry.metrics();
    waiting.shift()!();
    const before = [await alone, await first];
    for (const answer of waiting) answer();
    return [...before, await second];
  });
  expect(texts).toEqual(texts.map(() => expect.stringContaining('g1{a="x"} 1') as string));
});

it("hashMap shows what there is, by prom-client's own keys", async () => {
  const maps = await same(async (client) => {
    const registers = [new client.Registry()];
    const counter = new client.Counter({ name: "c", help: "C.", labelNames: ["b", "a"], registers });
    counter.inc({ b: 1, a: "x" });
    counter.inc({ b: 2 });
    const gauge = new client.Gauge({ name: "g", help: "G.", registers });
    const histogram = new client.Histogram({ name: "h", help: "H.", buckets: [1, 2], registers });
    histogram.observe(1.5);
    return [counter, gauge, histogram].map((metric) => (metric as unknown as { hashMap: object }).hashMap);
  });
  expect(Object.keys(maps[0]!)).toEqual(["a:x,b:1,", "b:2,"]);
});
