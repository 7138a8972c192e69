import { Gauge, Histogram, Registry } from "@exporterkit/client";
import * as fc from "fast-check";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import type { Collector } from "./collector.ts";
import { NoData } from "./no-data.ts";
import { type CollectedScrape, Pipeline } from "./pipeline.ts";
import type { Scrape } from "./scrape.ts";

type Type = "counter" | "gauge" | "unknown" | "info" | "histogram" | "traced";

/** A family that a collector declares in one scrape, and the values of its series by their label. */
interface Declared {
  readonly name: string;
  readonly type: Type;
  readonly isLabelled: boolean;
  readonly series: readonly (readonly [room: string, value: number])[];
}

/** What a collector does in one scrape. */
interface Work {
  readonly families: readonly Declared[];
  readonly end: "sync" | "async" | "fails" | "fails after a while" | "no data" | "is late";
}

interface Step {
  /** By collector. */
  readonly works: readonly Work[];
  readonly asked: readonly boolean[];
  /** The names of the metrics of the exporter itself. */
  readonly own: readonly string[];
  readonly accept: string;
  /** How many turns of the event loop pass before it is released, and others begin meanwhile. */
  readonly heldFor: number;
  /** How many scrapes ask for it at the same time. */
  readonly scrapes: number;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

const types: readonly Type[] = ["counter", "gauge", "unknown", "info", "histogram", "traced"];
const family: fc.Arbitrary<Omit<Declared, "series">> = fc.record({
  name: fc.constantFrom("a", "a_total", "a_info", "a_count", "b", "c_success", "exporterkit_collector_success"),
  type: fc.constantFrom(...types),
  isLabelled: fc.boolean(),
});
const values: fc.Arbitrary<Declared["series"]> = fc.array(
  fc.tuple(fc.constantFrom("x", "y", "z"), fc.constantFrom(0, 1, 2, 30, 0.5)),
  { maxLength: 4 },
);
const ends: readonly Work["end"][] = ["sync", "async", "fails", "fails after a while", "no data", "is late"];
const formats = ["text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0"].flatMap((format) =>
  ["underscores", "dots", "values", "allow-utf-8"].map((escaping) => `${format};escaping=${escaping}`),
);

/** What is done in one scrape, with some of the families. */
function stepWith(families: readonly Omit<Declared, "series">[]): fc.Arbitrary<Step> {
  const declared = fc.tuple(...families.map((each) => fc.tuple(fc.constant(each), fc.boolean(), values)));
  const work: fc.Arbitrary<Work> = fc.record({
    families: declared.map((all) => all.flatMap(([each, isIn, series]) => (isIn ? [{ ...each, series }] : []))),
    end: fc.constantFrom("sync" as const, "async" as const, ...ends),
  });
  return fc.record({
    works: fc.array(work, { minLength: 3, maxLength: 3 }),
    asked: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    own: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.subarray(["a", "c_success", "exporterkit_collector_success"]),
    ),
    accept: fc.constantFrom(...formats),
    heldFor: fc.nat(3),
    scrapes: fc.integer({ min: 1, max: 2 }),
  });
}

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(family, { minLength: 1, maxLength: 3 })
  .chain((families) => fc.array(stepWith(families), { minLength: 2, maxLength: 14 }));

function declare(scrape: Scrape, { name, type, isLabelled, series }: Declared): void {
  const options = { name, help: "Help.", labelNames: isLabelled ? (["room"] as const) : [] };
  const each = isLabelled ? series : series.slice(0, 1);
  const labels = (room: string): Record<string, string> => (isLabelled ? { room } : {});
  if (type === "info") {
    const info = scrape.info({ ...options, labelNames: ["room"] });
    for (const [room] of each) info.set({ room });
  } else if (type === "histogram") {
    const histogram = new Histogram<string>({ ...options, buckets: [1], registers: [scrape.registry] });
    for (const [room, value] of each) histogram.observe(labels(room), value);
  } else if (type === "counter") {
    const counter = scrape.counter<string>(options);
    for (const [room, value] of each) counter.setTotal(labels(room), value);
  } else if (type === "traced") {
    const counter = scrape.counter<string>(options);
    for (const [room, value] of each) counter.inc(labels(room), value, value > 1 ? { trace: "t" } : undefined);
  } else {
    const gauge = type === "gauge" ? scrape.gauge<string>(options) : scrape.unknown<string>(options);
    for (const [room, value] of each) gauge.set(labels(room), value);
  }
}

async function declareLate(scrape: Scrape, families: readonly Declared[]): Promise<void> {
  await turns(5);
  for (const late of families) declare(scrape, { ...late, name: `${late.name}_late` });
}

/** Three collectors that do what is to be done now. */
function collectors(now: () => Step, reusesMetrics: boolean): Collector[] {
  return [0, 1, 2].map((i) => ({
    name: `c${i}`,
    reusesMetrics: reusesMetrics && i < 2,
    givesWay: i === 0,
    reportedAs: i === 1 ? "c" : undefined,
    collect(scrape) {
      const { families, end } = now().works[i]!;
      for (const each of families) declare(scrape, each);
      if (end === "fails") throw new Error("down");
      if (end === "no data") throw new NoData("none");
      if (end === "async") return turn();
      if (end === "fails after a while") return turn().then(() => Promise.reject(new Error("down")));
      if (end === "is late") return declareLate(scrape, families);
      return undefined;
    },
  }));
}

/** Has a registry have metrics of these names, and no others. */
function setNames(registry: Registry, names: readonly string[]): void {
  for (const { name } of registry.getMetricsAsArray()) if (!names.includes(name)) registry.removeSingleMetric(name);
  for (const name of names) {
    if (registry.getSingleMetric(name) === undefined) new Gauge({ name, help: "Own.", registers: [registry] }).set(7);
  }
}

async function textOf(scraped: CollectedScrape | string, accept: string): Promise<string[]> {
  if (typeof scraped === "string") return [scraped];
  const exposition = await scraped.registry.expose({ accept });
  const text = Buffer.concat(exposition.chunks).toString();
  exposition.release();
  return text
    .split("\n")
    .filter((line) => !/duration_seconds|timeouts_total/.test(line))
    .map((line) => line.replace(/(# \{.*\} \S+) \S+$/, "$1"))
    .toSorted();
}

it("exposes in each scrape what a pipeline that never scraped before would expose", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      let current = all[0]!;
      const base = [new Registry()];
      const pipeline = new Pipeline({ base, logger: silentLogger });
      await pipeline.use(collectors(() => current, true));
      const running: Promise<unknown>[] = [];
      const outcomes: { got: unknown; expected: unknown }[] = [];
      for (const each of all) {
        if (each.own.join() !== current.own.join()) await Promise.all(running);
        current = each;
        setNames(base[0]!, each.own);
        const { asked, accept, heldFor } = each;
        const names = asked.includes(true) ? new Set(["c0", "c1", "c2"].filter((_, i) => asked[i])) : undefined;
        const collect = async (from: Pipeline): Promise<CollectedScrape | string> => {
          const abort = new AbortController();
          void turns(3).then(() => abort.abort(new Error("late")));
          return await from.collect({ signal: abort.signal, names }).catch((error: unknown) => String(error));
        };
        const fresh = new Pipeline({ base, logger: silentLogger });
        await fresh.use(collectors(() => each, false));
        const expected = await textOf(await collect(fresh), accept);
        const read = async (scraped: CollectedScrape | string, i: number): Promise<void> => {
          await turns(heldFor * (i + 1));
          outcomes.push({ got: await textOf(scraped, accept), expected });
          if (typeof scraped !== "string") scraped.release();
        };
        const scraped = await Promise.all(Array.from({ length: each.scrapes }, () => collect(pipeline)));
        const reading = Promise.all(scraped.map(read));
        running.push(reading);
        if (heldFor === 0) await reading;
      }
      await Promise.all(running);
      await pipeline.stop();
      for (const { got, expected } of outcomes) expect(got).toEqual(expected);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 60) },
  );
});
