import fc from "fast-check";
import { format } from "node:util";
import * as original from "prom-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as ours from "./index.ts";

// The same programs on prom-client and on ours: same lines, same JSON, same errors. What is told in the list of what differs
// is not generated: NaN, labels that are `undefined`, and values of labels that prom-client confuses.

type Client = typeof original;
const kinds = ["Counter", "Gauge", "Histogram", "Summary"] as const;
interface Step {
  readonly metric: number;
  readonly method: string;
  readonly arguments: readonly unknown[];
  /** What is called on what the method returned. */
  readonly then?: { readonly method: string; readonly arguments: readonly unknown[] };
  readonly seconds: number;
}

interface Program {
  readonly metrics: readonly { kind: (typeof kinds)[number]; labelNames: readonly string[]; isCollected: boolean }[];
  readonly steps: readonly Step[];
  readonly defaultLabels: Readonly<Record<string, string | number>>;
  readonly isOpenMetrics: boolean;
}

const labelValue = fc.constantFrom<string | number>("x", "y", 'say "hi"\\\n', "é", 0, 1, 2.5, "");
const someLabels = fc.oneof(
  { weight: 6, arbitrary: fc.record({ a: labelValue, b: labelValue }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.constant({ undeclared: 1 }) },
);
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(0, 1, 2, 0.5, 7, 0.004, 1e21, 123456.789) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(-1, "5", "text", Infinity, undefined, null, {}) },
);
const optionalValue = fc.oneof(fc.tuple(), fc.tuple(value));
const labelled = fc.oneof(
  fc.tuple(),
  fc.tuple(someLabels),
  fc.tuple(value),
  fc.tuple(someLabels, value),
  fc.tuple(fc.constantFrom<unknown>(null, undefined), value),
);
const positional = fc.oneof(fc.tuple(someLabels), fc.array(labelValue, { maxLength: 3 }));
const metric = fc.nat(3);
const seconds = fc.constantFrom(0, 0.25, 3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      metric,
      method: fc.constantFrom("inc", "dec", "set", "observe"),
      arguments: labelled,
      seconds,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      metric,
      method: fc.constant("labels"),
      arguments: positional,
      // oxlint-disable-next-line unicorn/no-thenable -- no promise is near.
      then: fc.record({
        method: fc.constantFrom("inc", "dec", "set", "observe", "setToCurrentTime"),
        arguments: optionalValue,
      }),
      seconds,
    }),
  },
  { weight: 1, arbitrary: fc.record({ metric, method: fc.constant("remove"), arguments: positional, seconds }) },
  {
    weight: 1,
    arbitrary: fc.record({
      metric,
      method: fc.constantFrom("zero", "startTimer", "setToCurrentTime"),
      arguments: fc.tuple(someLabels),
      seconds,
    }),
  },
  { weight: 1, arbitrary: fc.record({ metric, method: fc.constant("reset"), arguments: fc.tuple(), seconds }) },
);
const program: fc.Arbitrary<Program> = fc.record({
  metrics: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      labelNames: fc.constantFrom<readonly string[]>([], ["a"], ["a", "b"], ["b", "a"]),
      isCollected: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  steps: fc.array(step, { maxLength: 25 }),
  defaultLabels: fc.constantFrom({}, { app: "shop", shard: 3 }, { a: "default" }),
  isOpenMetrics: fc.boolean(),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "hrtime"], now: 1_700_000_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test("programs give the same lines, JSON and errors as with prom-client", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (given) => {
      const expected = await outcome(original, given);
      const actual = await outcome(ours as unknown as Client, given);
      expect(actual).toEqual(expected);
    }),
    { numRuns: 1500 },
  );
});

async function outcome(client: Client, { metrics, steps, defaultLabels, isOpenMetrics }: Program): Promise<object> {
  vi.setSystemTime(1_700_000_000_000);
  const registry = new client.Registry(
    (isOpenMetrics ? client.openMetricsContentType : client.prometheusContentType) as original.PrometheusContentType,
  );
  const errors: string[] = [];
  let collects = 0;
  const declared = metrics.map(({ kind, labelNames, isCollected }, i) => {
    const configuration: original.MetricConfiguration<string> = {
      name: `metric_${i}`,
      help: `The "help" of\n${i}`,
      labelNames: [...labelNames],
      registers: [registry],
    };
    if (isCollected) configuration.collect = () => void collects++;
    return new client[kind](configuration) as unknown as Callable;
  });
  const stops: Callable[string][] = [];
  const ask = async (): Promise<object> => ({
    text: linesOf(await registry.metrics()),
    json: sortedJson(await registry.getMetricsAsJSON()),
    single: linesOf(await registry.getSingleMetricAsString("metric_0")),
    hashes: declared.map(({ hashMap }) => Object.keys(hashMap as unknown as object).toSorted()),
  });
  const halfway: object[] = [];
  for (const [i, { metric: chosen, method, arguments: given, then: next, seconds: passing }] of steps.entries()) {
    const target = declared[chosen % declared.length]!;
    if (typeof target[method] !== "function") continue;
    try {
      const returned = target[method](...given);
      if (method === "startTimer") stops.push(returned as Callable[string]);
      const bound = returned as Callable | undefined;
      if (next !== undefined && typeof bound?.[next.method] === "function") bound[next.method]!(...next.arguments);
    } catch (error) {
      errors.push(`${i}: ${format((error as Error).name)}: ${(error as Error).message}`);
    }
    vi.advanceTimersByTime(passing * 1000);
    if (i === steps.length >> 1) {
      halfway.push(await ask());
      registry.setDefaultLabels(defaultLabels);
      halfway.push(await ask());
    }
  }
  for (const stop of stops) {
    try {
      errors.push(`stopped after ${stop({ a: "x" }) as number}`);
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  const merged = client.Registry.merge([registry, new client.Registry(registry.contentType)]);
  return {
    halfway,
    errors,
    end: await ask(),
    merged: linesOf(await merged.metrics()),
    names: registry.getMetricsAsArray().map(({ name }) => name),
    collects,
  };
}

type Callable = { [method: string]: (...given: unknown[]) => unknown };

/** The lines in an order that does not depend on the series', with the labels of each in the order of their names. */
function linesOf(text: string): object {
  const lines = text.split("\n").map((line) => {
    if (line.startsWith("#")) return line;
    const labels = line.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? [];
    return `${line.replace(/\{.*\}/, "")} ${labels.toSorted().join()}`;
  });
  return { comments: lines.filter((line) => line.startsWith("#") || line === ""), lines: lines.toSorted() };
}

function sortedJson(metrics: object[]): unknown[] {
  return metrics.map((given) => {
    const { values } = given as { values: object[] };
    const texts = values.map((sample) => JSON.stringify(Object.entries(sample).toSorted(byName)));
    return { ...given, values: texts.toSorted() };
  });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
