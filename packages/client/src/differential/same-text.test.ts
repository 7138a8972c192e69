import * as prometheusIoClient from "@prometheus-io/client";
import * as fc from "fast-check";
import * as promClient from "prom-client";
import { expect, it } from "vitest";
import * as exporterKit from "../index.ts";

// Random programs give the same exposition from this library and from the two that its users come from, in all that
// those get right. The generators leave out what they get wrong; the tests beside this one pin that, case by case.

type MetricType = "counter" | "gauge" | "histogram" | "summary";
type Call = "inc" | "dec" | "set" | "observe";

interface Declaration {
  readonly type: MetricType;
  readonly prefix: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Undefined for the buckets that the libraries choose. */
  readonly buckets: readonly number[] | undefined;
}

/** How labels are given, if there are any: as an object, in the order of their declaration or against it, or as values. */
type LabelForm = "object" | "reversed" | "positional";

/** `metric`, `call` and `child` count round the things there are; a metric takes as many of `labels` as it has names. */
type Step =
  | { readonly kind: "write"; metric: number; call: number; labels: unknown[]; form: LabelForm; value: number }
  | { readonly kind: "bind"; metric: number; call: number; labels: unknown[]; form: LabelForm; value: number }
  | { readonly kind: "writeBound"; child: number; call: number; value: number }
  | { readonly kind: "remove"; metric: number; labels: unknown[]; form: LabelForm }
  | { readonly kind: "reset"; metric: number }
  | { readonly kind: "setDefaultLabels"; labels: Record<string, string> }
  | { readonly kind: "scrape" };

type Series = Record<Call, (...args: unknown[]) => void>;
type Metric = Series & Record<"labels", (...args: unknown[]) => Series> & Record<"remove" | "reset", Series[Call]>;
type Class<Instance> = new (options: Record<string, unknown>) => Instance;

/** What the three libraries have in common, in their own words: the calls are the same by name and by arguments. */
interface Library {
  readonly Registry: new () => { metrics(): Promise<string>; setDefaultLabels(labels: object): void };
  readonly Counter: Class<Metric>;
  readonly Gauge: Class<Metric>;
  readonly Histogram: Class<Metric>;
  readonly Summary: Class<Metric>;
}

const classes = { counter: "Counter", gauge: "Gauge", histogram: "Histogram", summary: "Summary" } as const;
const callsOf: Record<MetricType, readonly Call[]> = {
  counter: ["inc"],
  gauge: ["inc", "dec", "set"],
  histogram: ["observe"],
  summary: ["observe"],
};

/** Runs a program with one library and returns what each of its scrapes gave, the last one at the end. */
async function run(library: Library, declarations: readonly Declaration[], steps: readonly Step[]): Promise<string[]> {
  const registry = new library.Registry();
  const metrics = declarations.map(({ type, prefix, buckets, ...options }, i) => ({
    type,
    labelNames: options.labelNames,
    metric: new library[classes[type]]({
      ...options,
      name: prefix + i,
      registers: [registry],
      // A copy, because they freeze the array that they are given.
      ...(type === "histogram" && buckets && { buckets: [...buckets] }),
      // They estimate quantiles unless they are told not to; this library does not know the option, and does not estimate.
      ...(type === "summary" && { percentiles: [] }),
    }),
  }));
  const children: { type: MetricType; series: Series }[] = [];
  const scrapes: string[] = [];

  for (const step of steps) {
    if (step.kind === "scrape") {
      scrapes.push(await registry.metrics());
    } else if (step.kind === "setDefaultLabels") {
      registry.setDefaultLabels(step.labels);
    } else if (step.kind === "writeBound") {
      const child = children[step.child % children.length];
      if (child) write(child.type, child.series, step, []);
    } else {
      const { type, metric, labelNames } = metrics[step.metric % metrics.length]!;
      if (step.kind === "reset") {
        reset(type, metric, labelNames);
        continue;
      }
      const labels = labelArguments(labelNames, step.labels, step.form);
      if (step.kind === "remove") {
        metric.remove(...labels);
      } else if (step.kind === "write" && step.form !== "positional") {
        write(type, metric, step, labels);
      } else {
        // Here a series is exposed from `labels` on and there from its first write on: the one follows upon the other.
        const series = metric.labels(...labels);
        write(type, series, step, []);
        if (step.kind === "bind") children.push({ type, series });
      }
    }
  }
  return [...scrapes, await registry.metrics()];
}

function write(type: MetricType, series: Series, step: { call: number; value: number }, labels: unknown[]): void {
  const call = callsOf[type][step.call % callsOf[type].length]!;
  if (step.value === 1 && (call === "inc" || call === "dec")) series[call](...labels);
  else series[call](...labels, valueFor(type, step.value));
}

/** They take finite observations only; this library takes every number. A counter can only go up anywhere. */
function valueFor(type: MetricType, value: number): number {
  if (type === "gauge") return value;
  const finite = Number.isFinite(value) ? value : 0.5;
  return type === "counter" ? Math.abs(finite) : finite;
}

function labelArguments(names: readonly string[], values: readonly unknown[], form: LabelForm): unknown[] {
  const entries = names.map((name, i) => [name, values[i]] as const);
  if (form === "positional" || names.length === 0) return entries.map(([, value]) => value);
  return [Object.fromEntries(form === "reversed" ? entries.toReversed() : entries)];
}

/**
 * Resets where that leaves the same series. Their histogram without labels loses the only one it has; their summary leaves
 * every series at zero, those with labels too, and does not bring back the one that was removed.
 */
function reset(type: MetricType, metric: Metric, labelNames: readonly string[]): void {
  const labelled = labelNames.length > 0;
  if ((type === "histogram" && !labelled) || (type === "summary" && labelled)) return;
  if (type === "summary") metric.observe(1);
  metric.reset();
}

/**
 * The families of an exposition, each the lines of its metadata and then of its series, less what may differ:
 * - families come by name here and by registration there, with an empty line between them;
 * - series come by slot here, where one that was removed leaves room, and by creation there;
 * - labels come as declared here with `le` last, and there as the first call gave them with `le` first.
 */
function comparable(text: string, respell: (sample: string) => string): string[][] {
  const families: string[][] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("# HELP ")) families.push([line]);
    else if (line.startsWith("# TYPE ")) families.at(-1)!.push(line);
    else if (line !== "") families.at(-1)!.push(withSortedLabels(respell(line)));
  }
  const ordered = families.map(([help, type, ...series]) => [help!, type!, ...series.toSorted()]);
  return ordered.toSorted(([a], [b]) => (a! < b! ? -1 : 1));
}

function withSortedLabels(sample: string): string {
  const [, name, labels, value] = /^([^{]+)\{(.*)\} (\S+)$/s.exec(sample) ?? [];
  if (labels === undefined) return sample;
  const pairs = labels.match(/\w+="(?:[^"\\]|\\.)*"/gs) ?? [];
  // What is not a list of pairs stays as it is, to be seen.
  return pairs.join(",") === labels ? `${name}{${pairs.toSorted().join(",")}} ${value}` : sample;
}

/** Negative zero is written as such here, as Go does, and loses its sign there. */
const oursRespelled = (sample: string): string => sample.replace(/ -0$/, " 0");
/** Prometheus reads `NaN` in any case, but its own libraries write `NaN`. */
const theirsRespelled = (sample: string): string => sample.replace(/ Nan$/, " NaN");

const text = fc.string({ unit: "binary", maxLength: 5 });
const labelValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>("", "a", "b", 1, "1", true, "true", 2n, 0.1, -0) },
  fc.constantFrom('say "hi"', "back\\slash", "two\nlines", "\\n", "}", "__proto__", "constructor", 'a="b"', " ", "\r"),
  // Label sets that hold "," collide in prom-client, and those that hold "|" in @prometheus-io/client.
  text.filter((value) => !/[,|]/.test(value)),
  fc.double(),
);
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.1, 0.2, 0.3, 1e-7, 5e-324, 123456789.125, 2 ** 53, 1e21, 1e300, Number.MAX_VALUE, -0),
  fc.constantFrom(Infinity, -Infinity, NaN),
  fc.double(),
);
const declaration = fc.record<Declaration>({
  type: fc.constantFrom("counter", "gauge", "histogram", "summary"),
  prefix: fc.constantFrom("m", "A_", "_z", "job:rate_", "last"),
  help: fc.oneof(
    fc.constantFrom("Help.", 'a "b" \\ c\nd', "\\n"),
    text.map((help) => `x${help}`),
  ),
  labelNames: fc.uniqueArray(fc.constantFrom("method", "a", "B2", "_", "env", "constructor", "hasOwnProperty"), {
    maxLength: 3,
  }),
  buckets: fc.option(
    fc
      // What is above every bound is counted there in the bucket of the bound -1, if there is one.
      .uniqueArray(
        value.filter((bound) => Number.isFinite(bound) && bound !== -1),
        {
          maxLength: 5,
          comparator: (a, b) => a === b,
        },
      )
      .map((bounds) => bounds.toSorted((a, b) => a - b)),
    { nil: undefined },
  ),
});
const target = { metric: fc.nat({ max: 9 }), labels: fc.array(labelValue, { minLength: 3, maxLength: 3 }) };
const form = fc.constantFrom<LabelForm>("object", "reversed", "positional");
const call = fc.nat({ max: 5 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("write" as const), ...target, form, call, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("bind" as const), ...target, form, call, value }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("writeBound" as const), child: fc.nat({ max: 9 }), call, value }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), ...target, form }) },
  fc.record({ kind: fc.constant("reset" as const), metric: target.metric }),
  fc.record({
    kind: fc.constant("setDefaultLabels" as const),
    labels: fc.dictionary(fc.constantFrom("env", "a", "zone"), text, { noNullPrototype: true }),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("scrape" as const) }) },
);

// @prometheus-io/client asks for Node.js 22. On 20 it loads, and all that is used here works: only the filter of its
// getMetricsAsArray and getMetricsAsJSON by aggregator needs the iterator methods of 22.
it.each([
  ["prom-client", promClient],
  ["@prometheus-io/client", prometheusIoClient],
])("gives the exposition that %s gives, after any calls", async (_name, theirs) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(declaration, { minLength: 1, maxLength: 4 }),
      fc.array(step, { maxLength: 60, size: "max" }),
      async (declarations, steps) => {
        const ours = await run(exporterKit as unknown as Library, declarations, steps);
        const other = await run(theirs as unknown as Library, declarations, steps);
        expect(ours.map((scrape) => comparable(scrape, oursRespelled))).toEqual(
          other.map((scrape) => comparable(scrape, theirsRespelled)),
        );
      },
    ),
    { seed: 15, numRuns: 300 },
  );
});
