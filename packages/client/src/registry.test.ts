import { expect, it, vi } from "vitest";
import { Counter } from "./metrics/counter.ts";
import { Gauge } from "./metrics/gauge.ts";
import { Registry } from "./registry.ts";

const counter = (name: string, registry: Registry) => new Counter({ name, help: "A counter.", registers: [registry] });

it("exposes its metrics in the order of their names", async () => {
  const registry = new Registry();
  counter("b_total", registry).inc();
  new Counter({ name: "a_total", help: "With labels.", labelNames: ["x"], registers: [registry] });
  expect(await registry.metrics()).toBe(
    "# HELP a_total With labels.\n# TYPE a_total counter\n# HELP b_total A counter.\n# TYPE b_total counter\nb_total 1\n",
  );
});

it("refuses a second metric of one name and takes the same one twice", () => {
  const registry = new Registry();
  const first = counter("a_total", registry);
  expect(() => counter("a_total", registry)).toThrow("a_total: the registry holds a metric of that name already");
  registry.registerMetric(first);
  expect(registry.getMetricsAsArray()).toEqual([first]);
});

it("lets a metric belong to several registries, and go again", async () => {
  const [one, two] = [new Registry(), new Registry()];
  const shared = new Counter({ name: "a_total", help: "Shared.", registers: [one, two] });
  shared.inc();
  expect(await one.metrics()).toBe(await two.metrics());
  one.removeSingleMetric("a_total");
  expect(one.getSingleMetric("a_total")).toBeUndefined();
  expect(two.getSingleMetric("a_total")).toBe(shared);
  two.resetMetrics();
  expect(await two.metrics()).toContain("a_total 0");
  two.clear();
  expect(await two.metrics()).toBe("");
});

it("merges registries, and refuses when they disagree on a name", async () => {
  const [one, two] = [new Registry(), new Registry()];
  counter("a_total", one);
  counter("b_total", two).inc(7);
  expect(await Registry.merge([one, two]).metrics()).toMatch(/a_total 0\n[^]*b_total 7\n/);
  counter("a_total", two);
  expect(() => Registry.merge([one, two])).toThrow(expect.objectContaining({ code: "duplicate_metric" }));
});

it("waits for collect functions, and calls them with their metric", async () => {
  const registry = new Registry();
  new Gauge({
    name: "sync",
    help: "Sync.",
    registers: [registry],
    collect() {
      this.set(1);
    },
  });
  new Gauge({
    name: "async",
    help: "Async.",
    labelNames: ["a"],
    registers: [registry],
    async collect() {
      await Promise.resolve();
      this.set({ a: "x" }, 2);
    },
  });
  const text = await registry.metrics();
  expect(text).toContain("sync 1\n");
  expect(text).toContain('async{a="x"} 2\n');
});

it("leaves out the metrics whose collect failed, tells why, and exposes the others", async () => {
  const onCollectError = vi.fn();
  const registry = new Registry({ onCollectError });
  const error = new Error("no value");
  let broken = true;
  new Gauge({
    name: "throws",
    help: "Throws.",
    registers: [registry],
    collect() {
      if (broken) throw error;
    },
  });
  new Gauge({ name: "rejects", help: "Rejects.", registers: [registry], collect: () => Promise.reject(error) });
  counter("a_total", registry);
  expect(await registry.metrics()).toBe("# HELP a_total A counter.\n# TYPE a_total counter\na_total 0\n");
  expect(onCollectError.mock.calls).toEqual([
    [error, "throws"],
    [error, "rejects"],
  ]);
  broken = false;
  expect(await registry.metrics()).toContain("throws 0");
});

it("shares one collection between scrapes that overlap, and collects anew for the next", async () => {
  const registry = new Registry();
  let collections = 0;
  new Gauge({
    name: "g",
    help: "G.",
    labelNames: ["a"],
    registers: [registry],
    async collect() {
      collections++;
      this.reset();
      await Promise.resolve();
      this.set({ a: "x" }, 1);
    },
  });
  const [first, second] = await Promise.all([registry.metrics(), registry.metrics()]);
  expect(first).toContain('g{a="x"} 1');
  expect(second).toBe(first);
  expect(collections).toBe(1);
  await registry.metrics();
  expect(collections).toBe(2);
});
