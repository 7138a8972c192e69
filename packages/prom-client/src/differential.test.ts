import * as fc from "fast-check";
import * as promClient from "prom-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as exporterKit from "./index.ts";

// Random programs do the same with prom-client and with this package: the same lines, the same JSON, the same results and
// errors of each call. The generators leave out what prom-client gets wrong; corrected.test.ts has that, case by case.

type Class<Instance> = new (options?: unknown) => Instance;
type Method = (...args: unknown[]) => unknown;
type AnyMetric = Record<string, Method>;

interface AnyRegistry {
  metrics(): Promise<string>;
  getMetricsAsJSON(): Promise<{ values: { value: number; labels: object }[] }[]>;
  getSingleMetricAsString(name: string): Promise<string>;
  removeSingleMetric(name: string): void;
  setDefaultLabels(labels: object): void;
  setContentType(contentType: string): void;
  resetMetrics(): void;
  registerMetric(metric: unknown): void;
}

/** What the two have in common; the calls are made without regard to types, as programs without types make them. */
interface Library {
  readonly Registry: Class<AnyRegistry> & { merge(registries: AnyRegistry[]): AnyRegistry };
  readonly Counter: Class<AnyMetric>;
  readonly Gauge: Class<AnyMetric>;
  readonly Histogram: Class<AnyMetric>;
  readonly Summary: Class<AnyMetric>;
}

type MetricClass = "Counter" | "Gauge" | "Histogram" | "Summary";
interface Declaration {
  readonly type: MetricClass;
  readonly options: Readonly<Record<string, unknown>>;
}

type Step =
  | { readonly kind: "call"; metric: number; method: string; args: readonly unknown[] }
  | { readonly kind: "labels"; metric: number; args: readonly unknown[] }
  | { readonly kind: "child"; child: number; method: string; args: readonly unknown[] }
  | { readonly kind: "timer"; metric: number; onChild: boolean; labels: unknown; endLabels: unknown }
  | { readonly kind: "zero"; metric: number; given: Readonly<Record<string, unknown>> }
  | { readonly kind: "wait"; milliseconds: number }
  | { readonly kind: "scrape" | "json" | "merge" | "single" | "resetMetrics" | "switch" | "keys" }
  | { readonly kind: "take"; metric: number }
  | { readonly kind: "again"; metric: number };

const textType = "text/plain; version=0.0.4; charset=utf-8";
const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Runs a program, and returns what each of its steps gave. */
async function run(
  library: Library,
  declarations: readonly Declaration[],
  steps: readonly Step[],
  defaultLabels: object,
): Promise<unknown[]> {
  vi.setSystemTime(1_700_000_000_000);
  const registry = new library.Registry();
  registry.setDefaultLabels(defaultLabels);
  const metrics = declarations.map(({ type, options }, i) => {
    const { percentiles, buckets } = options as { percentiles?: unknown[]; buckets?: unknown[] };
    // Copies, because prom-client freezes arrays that it is given.
    const copies = { ...(percentiles && { percentiles: [...percentiles] }), ...(buckets && { buckets: [...buckets] }) };
    return new library[type]({ ...options, ...copies, name: `m${i}`, registers: [registry] });
  });
  const children: AnyMetric[] = [];
  let isOpenMetrics = false;

  const doStep = async (step: Step): Promise<unknown> => {
    switch (step.kind) {
      case "call":
        return resultOf(metrics[step.metric % metrics.length]!, step.method, step.args);
      case "labels":
        children.push(metrics[step.metric % metrics.length]!["labels"]!(...step.args) as AnyMetric);
        return undefined;
      case "child":
        return children.length > 0 && resultOf(children[step.child % children.length]!, step.method, step.args);
      case "timer": {
        const metric = metrics[step.metric % metrics.length]!;
        const timed = step.onChild ? (metric["labels"]!(step.labels ?? {}) as AnyMetric) : metric;
        const end = timed["startTimer"]!(...(step.onChild ? [] : [step.labels])) as Method;
        vi.advanceTimersByTime(1250);
        return end(step.endLabels);
      }
      case "zero": {
        const { labelNames } = declarations[step.metric % metrics.length]!.options as { labelNames: readonly string[] };
        const declared = Object.entries(step.given).filter(([name]) => labelNames.includes(name));
        return resultOf(metrics[step.metric % metrics.length]!, "zero", [Object.fromEntries(declared)]);
      }
      case "wait":
        vi.advanceTimersByTime(step.milliseconds);
        return undefined;
      case "scrape":
        return linesOf(await registry.metrics());
      // Default labels that prom-client has put into the series by then show later, which is one of its bugs.
      case "json":
        if (Object.keys(defaultLabels).length > 0) return undefined;
        return comparable(await registry.getMetricsAsJSON());
      case "merge":
        return linesOf(await library.Registry.merge([registry]).metrics());
      case "single":
        return linesOf(await registry.getSingleMetricAsString("m0"));
      case "keys":
        return metrics.map(({ hashMap }) => Object.keys(hashMap!).toSorted());
      case "resetMetrics":
        registry.resetMetrics();
        return undefined;
      case "switch":
        isOpenMetrics = !isOpenMetrics;
        registry.setContentType(isOpenMetrics ? openMetricsType : textType);
        return undefined;
      case "take":
        registry.removeSingleMetric(`m${step.metric % metrics.length}`);
        return undefined;
      case "again":
        registry.registerMetric(metrics[step.metric % metrics.length]);
        return undefined;
    }
    throw new Error(`No step: ${JSON.stringify(step)}`);
  };

  const results: unknown[] = [];
  for (const step of [...steps, { kind: "scrape" } as const]) {
    try {
      results.push(await doStep(step));
    } catch (error) {
      // What JavaScript itself says of a missing method or metric is nobody's text.
      const { name, message } = error as Error;
      results.push(/is not a function|of undefined/.test(message) ? name : `${name}: ${message}`);
    }
  }
  return [...results, comparable(await registry.getMetricsAsJSON())];
}

/** What a call returns, but for the hash of prom-client's counters. */
function resultOf(target: AnyMetric, method: string, args: readonly unknown[]): unknown {
  const result = target[method]!(...args);
  return typeof result === "object" ? undefined : result;
}

/** The lines with their labels in order: this package has them as they were declared, prom-client as they were given. */
function linesOf(exposition: string): string[] {
  const lines = exposition.split("\n").map((line) => {
    if (line.startsWith("#")) return line;
    const [, name, labels = "", value] = /^([^{ ]*)(?:\{(.*)\})? (.*)$/.exec(line) ?? [];
    return name === undefined ? line : `${name}{${labels.split(",").toSorted().join(",")}} ${rounded(Number(value))}`;
  });
  // Families stay where they are, and series come in any order.
  const families = lines.join("\n").split("# HELP");
  return families.flatMap((family) => family.split("\n").toSorted());
}

/** The samples of each metric in one order, whatever was removed in between. */
function comparable(metrics: Awaited<ReturnType<AnyRegistry["getMetricsAsJSON"]>>): unknown {
  return metrics.map((metric) => ({
    ...metric,
    values: metric.values
      .map((sample) => ({ ...sample, value: rounded(sample.value) }))
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  }));
}

function keyOf(sample: object): string {
  return JSON.stringify(
    Object.entries(sample).flatMap(([name, value]) =>
      name === "labels"
        ? [Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1))]
        : name === "metricName"
          ? [value]
          : [],
    ),
  );
}

/** Quantiles are worked out from the same numbers, but not in the same order. */
function rounded(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}

const labelNames = fc.constantFrom([], ["a"], ["b", "a"], ["a", "b", "c"], ["e", "d", "c", "b", "a"]);
const declaration: fc.Arbitrary<Declaration> = fc.record({
  type: fc.constantFrom<MetricClass>("Counter", "Gauge", "Histogram", "Summary"),
  options: fc
    .record({
      help: fc.constantFrom("Help.", 'With \\ and "quotes"\nand lines'),
      labelNames,
      aggregator: fc.constantFrom("sum", "omit", "first"),
      buckets: fc.constantFrom(undefined, [], [1], [0.1, 1, 10], [5, 1, 2]),
      percentiles: fc.constantFrom(undefined, [0.5], [0, 0.25, 0.9, 1]),
      // With several buckets of age prom-client counts what is older more often: only the extremes are the same.
      window: fc.constantFrom(
        {},
        { maxAgeSeconds: 3, ageBuckets: 3, percentiles: [0, 1] },
        { maxAgeSeconds: 3, ageBuckets: 1 },
        { maxAgeSeconds: 1 },
      ),
      pruneAgedBuckets: fc.boolean(),
    })
    .map(({ buckets, percentiles, window, ...options }) => ({
      ...options,
      ...(buckets && { buckets }),
      ...(percentiles && { percentiles }),
      ...window,
    })),
});

// Numbers and texts that are never the same as text, so that it does not matter which call made the series.
const labelValue = fc.constantFrom<unknown>("", "x", "y", 'q"\\\n', 1, 2.5, 0, null, true);
const labels = fc
  .record({ a: labelValue, b: labelValue, c: labelValue }, { requiredKeys: [] })
  .map((given) => ({ ...given }));
const value = fc.constantFrom<unknown>(1, 1, 2.5, 0.25, 7, 0, -1, null, undefined, "5", NaN, Infinity, -Infinity, true);
const args = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(labels, value) },
  { weight: 2, arbitrary: fc.tuple(value) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(undefined, null), value) },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.tuple(fc.constant({ unknown: 1, a: "x" }), value) },
);
const labelArgs = fc.oneof(
  labels.map((given): unknown[] => [given]),
  fc.array(fc.constantFrom("x", "y"), { maxLength: 5 }),
);
const method = fc.constantFrom("inc", "dec", "set", "observe", "setToCurrentTime");
const number = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("call"), metric: number, method, args }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("labels"), metric: number, args: labelArgs }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("child"), child: number, method, args: fc.tuple(value) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("call"), metric: number, method: fc.constant("remove"), args: labelArgs }),
  },
  // Labels that were not declared are refused here, and taken by prom-client.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("zero"),
      metric: number,
      given: labels,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("call"),
      metric: number,
      method: fc.constant("reset"),
      args: fc.constant([]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("timer"),
      metric: number,
      onChild: fc.boolean(),
      labels: fc.option(labels, { nil: undefined }),
      endLabels: fc.option(labels, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait"), milliseconds: fc.constantFrom(400, 1000, 2999, 3000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("scrape", "json", "merge", "single", "keys", "resetMetrics", "switch"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("take", "again"), metric: number }) },
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "hrtime"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("does what prom-client does, whatever the program", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(declaration, { minLength: 1, maxLength: 4 }),
      fc.array(step, { maxLength: 50 }),
      fc.constantFrom({}, {}, { app: "x" }, { a: "default", n: 1 }),
      async (declarations, steps, defaultLabels) => {
        const theirs = await run(promClient as unknown as Library, declarations, steps, defaultLabels);
        const ours = await run(exporterKit as unknown as Library, declarations, steps, defaultLabels);
        expect(ours).toEqual(theirs);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);
