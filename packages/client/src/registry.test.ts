import { setImmediate } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { Counter } from "./metrics/counter.ts";
import { Gauge } from "./metrics/gauge.ts";
import { Histogram } from "./metrics/histogram.ts";
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

it("is, merged, a view of what its parts hold at each scrape", async () => {
  const onCollectError = vi.fn();
  const [one, two] = [new Registry(), new Registry()];
  const shared = new Counter({ name: "shared_total", help: "Shared.", registers: [one, two] });
  const merged = Registry.merge([one, two], { onCollectError });
  counter("own_total", merged);
  counter("late_total", two);
  two.registerCollector(() => [new Gauge({ name: "made", help: "Made.", registers: [] })]);
  const exposed = async () => Array.from((await merged.metrics()).matchAll(/^# TYPE (\S+)/gm), ([, name]) => name);
  expect(await exposed()).toEqual(["late_total", "made", "own_total", "shared_total"]);
  expect(merged.getSingleMetric("shared_total")).toBe(shared);
  expect(() => counter("late_total", merged)).toThrow("holds a metric of that name already");

  counter("late_total", one);
  two.removeSingleMetric("shared_total");
  one.removeSingleMetric("shared_total");
  expect(await exposed()).toEqual(["late_total", "made", "own_total"]);
  expect(onCollectError).toHaveBeenCalledWith(
    new Error("late_total: the name is taken by another metric"),
    "late_total",
  );
  merged.clear();
  expect(await exposed()).toEqual([]);
  expect(await one.metrics()).toContain("late_total");
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

it("takes no series from an exposition that is being written, where the next collect begins with a reset", async () => {
  const registry = new Registry();
  const count = 20_000;
  new Gauge({
    name: "rows",
    help: "Rows.",
    labelNames: ["row"],
    registers: [registry],
    async collect() {
      this.reset();
      await setImmediate();
      for (let row = 0; row < count; row++) this.set({ row }, row);
    },
  });
  const scrapes: Promise<string>[] = [];
  // Each begins in another moment of the one before.
  for (let i = 0; i < 20; i++) {
    scrapes.push(registry.metrics());
    for (let turn = 0; turn < i; turn++) await setImmediate();
  }
  for (const text of await Promise.all(scrapes)) expect(text.match(/^rows\{/gm)).toHaveLength(count);
});

it("puts default labels into every series, but not in place of the series' own", async () => {
  const registry = new Registry();
  counter("a_total", registry);
  new Gauge({ name: "g", help: "G.", labelNames: ["zone"], registers: [registry] }).set({ zone: "own" }, 1);
  registry.setDefaultLabels({ zone: "eu", shard: 3 });
  const text = await registry.metrics();
  expect(text).toContain('a_total{zone="eu",shard="3"} 0\n');
  expect(text).toContain('g{zone="own",shard="3"} 1\n');
  registry.setDefaultLabels({});
  expect(await registry.metrics()).toContain("a_total 0\n");
  expect(() => registry.setDefaultLabels({ le: "1" })).toThrow('Default label "le" is invalid');
});

it("exposes what collectors make for each scrape, and nothing of what they made before", async () => {
  const onCollectError = vi.fn();
  const registry = new Registry({ onCollectError });
  counter("a_total", registry);
  let names = ["x", "y"];
  const collector = async () => names.map((name) => new Gauge({ name, help: "Made.", registers: [] }));
  registry.registerCollector(collector);
  registry.registerCollector(() => Promise.reject(new Error("broken")));
  expect(await registry.metrics()).toMatch(/a_total 0\n[^]*x 0\n[^]*y 0\n/);
  names = ["y", "a_total"];
  expect(await registry.metrics()).not.toContain("x 0");
  expect(onCollectError.mock.calls.map(([error, source]) => [String(error), source])).toEqual(
    [
      ["Error: broken", "collector"],
      ["Error: broken", "collector"],
      ["Error: a_total: the name is taken by another metric", "collector"],
    ].toSorted(([a], [b]) => (a! > b! ? -1 : 1)),
  );
  registry.removeCollector(collector);
  expect(await registry.metrics()).not.toContain("y 0");
});

it("gives up on a collect that takes too long", async () => {
  const onCollectError = vi.fn();
  const registry = new Registry({ onCollectError, collectTimeoutSeconds: 0.01 });
  counter("a_total", registry);
  new Gauge({ name: "hangs", help: "Hangs.", registers: [registry], collect: () => new Promise(() => {}) });
  const text = await registry.metrics();
  expect(text).toContain("a_total 0");
  expect(text).not.toContain("hangs");
  expect(onCollectError).toHaveBeenCalledWith(new Error("not done within 0.01 s"), "hangs");
});

it("refuses names that clash through suffixes", () => {
  const registry = new Registry();
  counter("a_total", registry);
  const gauge = (name: string) => () => new Gauge({ name, help: "G.", registers: [registry] });
  expect(gauge("a")).toThrow("a: its samples would clash with those of a_total");
  new Histogram({ name: "h", help: "H.", registers: [registry] });
  expect(gauge("h_count")).toThrow("h_count: its samples would clash with those of h");
  expect(gauge("h_created")).not.toThrow();
  registry.removeSingleMetric("h");
  expect(gauge("h_count")).not.toThrow();
});

it("exposes only the families asked for by the names of their samples", async () => {
  const registry = new Registry();
  counter("a_total", registry);
  new Histogram({ name: "h", help: "H.", registers: [registry] });
  const names = async (...wanted: string[]) => {
    const { body } = await registry.expose({ names: wanted });
    return Array.from(new TextDecoder().decode(body).matchAll(/^# TYPE (\S+)/gm), ([, name]) => name);
  };
  expect(await names()).toEqual(["a_total", "h"]);
  expect(await names("h_bucket")).toEqual(["h"]);
  expect(await names("a_total", "nothing")).toEqual(["a_total"]);
  expect(await names("nothing")).toEqual([]);
});

it("shows every format the same, whichever was scraped before", async () => {
  const registry = new Registry();
  counter("a_total", registry).inc();
  const accepts = ["application/openmetrics-text", "text/plain", "application/openmetrics-text;version=0.0.1"];
  const scrape = async () =>
    Promise.all(accepts.map(async (accept) => new TextDecoder().decode((await registry.expose({ accept })).body)));
  const first = await scrape();
  expect(await scrape()).toEqual(first);
  expect(first[0]).toBe("# TYPE a counter\n# HELP a A counter.\na_total 1\n# EOF\n");
  expect(first[1]).toBe("# HELP a_total A counter.\n# TYPE a_total counter\na_total 1\n");
});

it("goes on when its reporter throws", async () => {
  const registry = new Registry({
    onCollectError() {
      throw new Error("reporter");
    },
  });
  counter("a_total", registry);
  new Gauge({ name: "g", help: "G.", registers: [registry], collect: () => Promise.reject(new Error("no")) });
  expect(await registry.metrics()).toContain("a_total 0");
});

it("refuses UTF-8 names that become one where UTF-8 is not asked for, and the name of its own metric", () => {
  const registry = new Registry();
  const declare = (name: string, labelNames: string[] = []) =>
    new Gauge({ name, help: "G.", labelNames, nameValidation: "utf8", registers: [registry] });
  declare("a.b");
  expect(() => declare("a-b")).toThrow("would clash");
  expect(() => declare("c", ["x.y", "x-y"])).toThrow("becomes the same as another");
  expect(() => declare("exporterkit_overflowed_lookups_total")).toThrow("holds a metric of that name");
});

it("exposes a counter of a UTF-8 name under the same name in text and in OpenMetrics, whatever the escaping", async () => {
  const registry = new Registry();
  new Counter({ name: "a.b_total", help: "C.", nameValidation: "utf8", registers: [registry] });
  for (const escaping of ["underscores", "dots", "values", "allow-utf-8"]) {
    const lines = await Promise.all(
      ["text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0"].map(async (type) => {
        const { body } = await registry.expose({ accept: `${type};escaping=${escaping}` });
        return new TextDecoder()
          .decode(body)
          .split("\n")
          .find((line) => line.endsWith(" 0"));
      }),
    );
    expect(lines[0]).toBe(lines[1]);
  }
});

it("keeps created lines from clashing with another metric", () => {
  const registry = new Registry({ createdLines: true });
  counter("a_total", registry);
  expect(() => new Gauge({ name: "a_created", help: "G.", registers: [registry] })).toThrow("clash");
});

it("takes generators as collectors, and whatever a broken one returns costs only its own metrics", async () => {
  const onCollectError = vi.fn();
  const registry = new Registry({ onCollectError });
  counter("a_total", registry);
  const made = (name: string) => new Gauge({ name, help: "Made.", registers: [] });
  registry.registerCollector(function* () {
    yield made("first");
    yield made("second");
  });
  registry.registerCollector(function* () {
    yield made("lost");
    throw new Error("boom");
  });
  registry.registerCollector((() => undefined) as unknown as () => []);
  registry.registerCollector(() => [made("exporterkit_overflowed_lookups")]);
  const text = await registry.metrics();
  expect(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name)).toEqual(["a_total", "first", "second"]);
  expect(onCollectError).toHaveBeenCalledTimes(3);
});

it("holds what acts like a promise to the same rules", async () => {
  const onCollectError = vi.fn();
  const registry = new Registry({ onCollectError });
  counter("a_total", registry);
  const thenable = {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (_: unknown, reject: (error: Error) => void) => reject(new Error("no")),
  };
  new Gauge({ name: "g", help: "G.", registers: [registry], collect: () => thenable as Promise<void> });
  expect(await registry.metrics()).toBe("# HELP a_total A counter.\n# TYPE a_total counter\na_total 0\n");
  expect(onCollectError).toHaveBeenCalledWith(new Error("no"), "g");
});

it("takes any timeout above zero, however long", async () => {
  expect(() => new Registry({ collectTimeoutSeconds: 0 })).toThrow("collectTimeoutSeconds is 0");
  const registry = new Registry({ collectTimeoutSeconds: Infinity });
  const collect = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  new Gauge({ name: "slow", help: "Slow.", registers: [registry], collect });
  expect(await registry.metrics()).toContain("slow 0");
});

it("does not tell when series began that were made for one scrape", async () => {
  const registry = new Registry({ createdLines: true });
  const registers: Registry[] = [];
  registry.registerCollector(() => [new Counter({ name: "made_total", help: "Made.", registers })]);
  const limited = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], maxSeries: 1, registers: [registry] });
  for (const a of [1, 2]) limited.inc({ a });
  const { body } = await registry.expose({ accept: "application/openmetrics-text" });
  const text = new TextDecoder().decode(body);
  expect(text).toContain("made_total 0\n");
  expect(text).not.toMatch(/made_created|lookups_created/);
});

it("gives its families, brought up to date, in the order of their names", async () => {
  const registry = new Registry();
  counter("b_total", registry);
  const collect = vi.fn();
  const first = new Gauge({ name: "a", help: "A.", registers: [registry], aggregation: "max", collect });
  const [families, again] = await Promise.all([registry.collect(), registry.collect()]);
  expect(families.map(({ name, aggregation }) => [name, aggregation])).toEqual([
    ["a", "max"],
    ["b_total", undefined],
  ]);
  expect(families[0]).toBe(first.family);
  expect(again).toBe(families);
  expect(collect).toHaveBeenCalledTimes(1);
});

it("tells who watches of each metric that comes or goes, in a registry or in those that it is a view of", () => {
  const [part, other] = [new Registry(), new Registry()];
  const merged = Registry.merge([part]);
  const seen: string[][] = [];
  const end = merged.watch(() => seen.push(merged.getMetricsAsArray().map(({ name }) => name)));
  const gauge = new Gauge({ name: "a", help: "A.", registers: [part, other] });
  part.registerMetric(gauge);
  new Gauge({ name: "b", help: "B.", registers: [merged] });
  part.removeSingleMetric("a");
  part.removeSingleMetric("a");
  merged.clear();
  end();
  new Gauge({ name: "c", help: "C.", registers: [part] });
  expect(seen).toEqual([["a"], ["a", "b"], ["b"], []]);
});
