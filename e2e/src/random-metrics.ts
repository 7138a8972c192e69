import {
  Counter,
  Gauge,
  GaugeHistogram,
  Histogram,
  Info,
  type MetricType,
  type Registry,
  StateSet,
  Summary,
  Unknown,
} from "@exporterkit/client";
import * as fc from "fast-check";

/** What a reader should find: a sample's name, labels and value. Bounds and quantiles are as JavaScript prints them. */
export interface ExpectedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric to make, and a series for each label set with the values that go into it. */
export interface RandomMetric {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly values: readonly number[] }[];
}

/** Numbers that writers and readers get wrong, and others. */
const number = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 2 ** 53, -(2 ** 53), 5e-324, 1e21, 1e-7, Number.MAX_VALUE),
  fc.double(),
  fc.integer(),
);
const legacyName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
const utf8Name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 });
const labelName = fc
  .stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,6}$/)
  .filter((name) => name !== "le" && name !== "quantile");
/** Label values and HELP. Python's line-based reader takes some control characters for ends of lines, so they are left out. */
const text = fc.oneof(
  fc.constantFrom("", "\\", '"', "\n", "\\n", 'a"b\\c\nd', "é😀", " ", "{}", "a,b=c", "# EOF"),
  fc.string({ unit: "grapheme-ascii", maxLength: 6 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const type = fc.constantFrom<MetricType[]>(
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
);

/** A label name as those see it who do not ask for UTF-8. */
function asUnderscores(name: string): string {
  return name.replace(/^\d/, "_").replaceAll(/[^a-zA-Z0-9_]/gu, "_");
}

/** Metrics of random types, names, labels and values; also with names beyond the legacy ones if asked for. */
export function randomMetrics({ utf8 }: { utf8: boolean }): fc.Arbitrary<RandomMetric[]> {
  const name = utf8 ? fc.oneof(legacyName, utf8Name) : legacyName;
  const anyLabel = utf8
    ? fc.oneof(
        labelName,
        utf8Name.filter((candidate) => !candidate.startsWith("__")),
      )
    : labelName;
  const metric = fc.record({
    type,
    name,
    help: text.filter((help) => help !== "" && help.trim() === help),
    labelNames: fc.uniqueArray(anyLabel, { maxLength: 3, selector: asUnderscores }),
    rows: fc.array(fc.tuple(fc.tuple(text, text, text), fc.array(number, { minLength: 1, maxLength: 5 })), {
      minLength: 1,
      maxLength: 3,
    }),
  });
  return fc.array(metric, { minLength: 1, maxLength: 5 }).map((metrics) =>
    metrics.map(({ rows, ...declared }, i) => {
      // A number of its own keeps each from clashing with another through a suffix.
      const suffix = { counter: "_total", info: "_info" }[declared.type as string] ?? "";
      const series = new Map(
        rows.map(([texts, values]) => {
          const labels = Object.fromEntries(declared.labelNames.map((label, position) => [label, texts[position]!]));
          return [JSON.stringify(labels), { labels, values }];
        }),
      );
      // The name of a state set is a label name too.
      const base = declared.type === "stateset" ? declared.name.replaceAll(":", "_") : declared.name;
      return { ...declared, name: `${base}_${i}x${suffix}`, series: [...series.values()] };
    }),
  );
}

const bounds = [1e-5, 0.25, 1, 1e6];
const states = ["on", "off", 'o"dd'];
const quantiles = [0, 0.5, 1];

/** Makes the metrics, and returns what readers should find of them. */
export function makeMetrics(registry: Registry, metrics: readonly RandomMetric[]): ExpectedSample[] {
  return metrics.flatMap((metric) => {
    const options = {
      ...metric,
      labelNames: [...metric.labelNames],
      registers: [registry],
      nameValidation: "utf8",
    } as const;
    return makers[metric.type](options, metric.series, metric.name);
  });
}

type Options = ConstructorParameters<typeof Gauge<string>>[0];
type Maker = (options: Options, series: RandomMetric["series"], name: string) => ExpectedSample[];

/** Calls a method as the metric's declaration asks for: with labels first, or without. */
function call(metric: { labelNames: readonly string[] }, method: string, labels: object, ...args: unknown[]): void {
  const methods = metric as unknown as Record<string, (...all: unknown[]) => void>;
  if (metric.labelNames.length > 0) methods[method]!(labels, ...args);
  else methods[method]!(...args);
}

const makers: Record<MetricType, Maker> = {
  counter(options, series, name) {
    const counter = new Counter(options as never);
    return series.map(({ labels, values }) => {
      const value = values.map(Math.abs).find((candidate) => candidate < Infinity) ?? 0;
      call(counter, "inc", labels, value);
      return { name, labels, value };
    });
  },
  gauge: (options, series, name) => setEach(new Gauge(options), series, name),
  unknown: (options, series, name) => setEach(new Unknown(options as never), series, name),
  info(options, series, name) {
    const info = new Info(options as never);
    for (const { labels } of series) if (options.labelNames!.length > 0) call(info, "add", labels);
    return series.map(({ labels }) => ({ name, labels, value: 1 }));
  },
  stateset(options, series, name) {
    const labelNames = options.labelNames!.filter((label) => label !== name);
    const stateSet = new StateSet({ ...options, labelNames, states } as never);
    return series.flatMap(({ labels, values }) => {
      const state = states[values.length % states.length]!;
      call(stateSet, "set", labels, state);
      return states.map((each) => ({ name, labels: { ...labels, [name]: each }, value: each === state ? 1 : 0 }));
    });
  },
  histogram(options, series, name) {
    const histogram = new Histogram({ ...options, buckets: bounds } as never);
    return series.flatMap(({ labels, values }) => {
      const observed = countable(values);
      for (const value of observed) call(histogram, "observe", labels, value);
      return [...bucketsOf(name, labels, observed), ...totals(name, labels, observed)];
    });
  },
  gaugehistogram(options, series, name) {
    const histogram = new GaugeHistogram({ ...options, buckets: bounds } as never);
    return series.flatMap(({ labels, values }) => {
      const observed = countable(values);
      call(histogram, "set", labels, observed);
      return [...bucketsOf(name, labels, observed), ...totals(name, labels, observed, "_g")];
    });
  },
  summary(options, series, name) {
    const summary = new Summary({ ...options, quantiles } as never);
    return series.flatMap(({ labels, values }) => {
      const observed = countable(values);
      for (const value of observed) call(summary, "observe", labels, value);
      const sorted = observed.toSorted((one, other) => one - other);
      const extremes = [
        { name, labels: { ...labels, quantile: "0" }, value: sorted[0]! },
        { name, labels: { ...labels, quantile: "1" }, value: sorted.at(-1)! },
      ];
      return [...extremes, ...totals(name, labels, observed)];
    });
  },
};

/** Observations, one at least, whose sum OpenMetrics allows: not NaN, nor below zero without buckets below zero. */
function countable(values: readonly number[]): number[] {
  const kept = values.map(Math.abs).filter((value) => value < Infinity);
  return kept.length > 0 ? kept : [0];
}

function setEach(
  metric: { labelNames: readonly string[] },
  series: RandomMetric["series"],
  name: string,
): ExpectedSample[] {
  return series.map(({ labels, values }) => {
    call(metric, "set", labels, values[0]);
    return { name, labels, value: values[0]! };
  });
}

function bucketsOf(name: string, labels: object, observed: readonly number[]): ExpectedSample[] {
  return [...bounds, Infinity].map((bound) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le: String(bound) },
    value: observed.filter((value) => value <= bound || bound === Infinity).length,
  }));
}

function totals(
  name: string,
  labels: Readonly<Record<string, string>>,
  observed: readonly number[],
  prefix = "_",
): ExpectedSample[] {
  const sum = observed.reduce((total, value) => total + value, 0);
  return [
    { name: `${name}${prefix}count`, labels, value: observed.length },
    { name: `${name}${prefix}sum`, labels, value: sum },
  ];
}

/** A sample as text to compare: the same for every order of labels and every way to write a number. */
export function sampleKey({ name, labels, value }: ExpectedSample): string {
  const shown = Object.entries(labels).map(([label, given]) => {
    const isNumber = (label === "le" && name.endsWith("_bucket")) || label === "quantile";
    return [label, isNumber ? String(Number(given.replace(/Inf$/, "Infinity"))) : given];
  });
  const shownValue = Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify([name, shown.toSorted(([a], [b]) => (a! < b! ? -1 : 1)), shownValue]);
}
