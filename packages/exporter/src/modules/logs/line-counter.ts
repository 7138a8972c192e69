import { conditionTest } from "./condition.ts";
import { type FormatConfig, makeFormat } from "./format-config.ts";
import { LabelValue } from "./label-value.ts";
import type { LineParser } from "./line-format.ts";
import { TooCostly } from "./line-pattern.ts";
import { type LogMetrics, MetricFault } from "./log-metrics.ts";
import type { MetricConfig } from "./metric-config.ts";
import { numberReader } from "./number-value.ts";

/** What came with a line besides its text, by name: the file, the host and program of syslog. */
export type Envelope = Readonly<Record<string, string | undefined>>;

/** Told of what a metric could not take. */
export interface CountFaults {
  /** A field that is no number, or one that the metric cannot take. */
  wrongValue(): void;
  /** A line that is too long for a costly pattern. */
  tooCostly(): void;
}

/** What a counter of lines is made of. */
export interface LineCounterOptions {
  /** The format of metrics that name none. Default: none, a line is a text. */
  readonly format?: FormatConfig | undefined;
  readonly metrics: readonly MetricConfig[];
  readonly into: LogMetrics;
  readonly faults: CountFaults;
  /** The names that envelopes have; undefined where they may have any. */
  readonly envelope: readonly string[] | undefined;
}

interface FormatGroup {
  readonly parser: LineParser | undefined;
  readonly rules: readonly ((envelope: Envelope) => void)[];
}

/** Counts lines in metrics, by their fields. */
export class LineCounter {
  readonly #groups: readonly FormatGroup[];
  readonly #faults: CountFaults;
  #text = "";
  #start = 0;
  #end = 0;

  /** Throws a {@link MetricFault} if a metric names a field that no line can have, or clashes with another. */
  constructor({ format, metrics, into, faults, envelope }: LineCounterOptions) {
    this.#faults = faults;
    const byFormat = groupBy(metrics, format);
    this.#groups = [...byFormat.values()].map(({ config, metrics: of }) => {
      const made = config === undefined ? undefined : makeFormat(config);
      const known =
        made === undefined
          ? envelope
          : made.fields === undefined
            ? undefined
            : envelope && [...made.fields, ...envelope];
      for (const metric of of) checkFields(metric, known === undefined ? undefined : ["line", ...known]);
      const names = [...new Set(of.flatMap(fieldsOf))].filter(
        (name) => made?.fields?.includes(name) ?? made !== undefined,
      );
      const parser = made?.parser(names);
      const read = (name: string): ((envelope: Envelope) => string | undefined) => {
        const index = names.indexOf(name);
        if (index < 0 || parser === undefined) return name === "line" ? () => this.#line() : (from) => from[name];
        if (made!.fields !== undefined) return () => parser.field(index);
        return (from) => parser.field(index) ?? (name === "line" ? this.#line() : from[name]);
      };
      return { parser, rules: of.map((metric) => ruleOf(metric, into, read, faults)) };
    });
  }

  /** Whether the line that stands in `text` from `start` to `end` is of one of the formats. */
  count(text: string, start: number, end: number, envelope: Envelope): boolean {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    let isKnown = false;
    for (const { parser, rules } of this.#groups) {
      try {
        if (parser !== undefined && !parser.parse(text, start, end)) continue;
        isKnown = true;
        for (const rule of rules) rule(envelope);
      } catch (error) {
        // Whatever a line brings about, such as a stack too deep for objects within objects, the next is to be counted.
        if (error instanceof TooCostly) this.#faults.tooCostly();
        else this.#faults.wrongValue();
      }
    }
    return isKnown;
  }

  #line(): string {
    return this.#text.slice(this.#start, this.#end);
  }
}

/** Metrics of one format are counted from one parse. */
function groupBy(
  metrics: readonly MetricConfig[],
  format: FormatConfig | undefined,
): Map<string, { config: FormatConfig | undefined; metrics: MetricConfig[] }> {
  const groups = new Map<string, { config: FormatConfig | undefined; metrics: MetricConfig[] }>();
  for (const metric of metrics) {
    const config = metric.format ?? format;
    const key = JSON.stringify(config) ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { config, metrics: [metric] });
    else group.metrics.push(metric);
  }
  return groups;
}

function fieldsOf({ labels, where, value }: MetricConfig): string[] {
  const ofLabels = Object.values(labels).flatMap(({ field }) => (field === undefined ? [] : [field]));
  return [...ofLabels, ...where.map(({ field }) => field), ...(value === undefined ? [] : [value.field])];
}

function checkFields(metric: MetricConfig, known: readonly string[] | undefined): void {
  const unknown = known === undefined ? undefined : fieldsOf(metric).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new MetricFault(`${metric.name} names the field "${unknown}", which no line has; it has ${known!.join(", ")}`);
}

type Reader = (envelope: Envelope) => string | undefined;

function ruleOf(
  config: MetricConfig,
  into: LogMetrics,
  read: (name: string) => Reader,
  faults: CountFaults,
): (envelope: Envelope) => void {
  const conditions = config.where.map((condition) => ({ of: read(condition.field), holds: conditionTest(condition) }));
  const labels: Record<string, string> = {};
  const fields: { readonly label: string; readonly of: Reader; readonly value: LabelValue }[] = [];
  for (const [label, options] of Object.entries(config.labels)) {
    labels[label] = options.value ?? "";
    if (options.field !== undefined) fields.push({ label, of: read(options.field), value: new LabelValue(options) });
  }
  const write = writerOf(config, into, labels);
  const ofValue = config.value === undefined ? undefined : read(config.value.field);
  const toNumber = numberReader(config.value?.unit);
  return (envelope) => {
    for (const { of, holds } of conditions) if (!holds(of(envelope))) return;
    let number: number | undefined = 1;
    if (ofValue !== undefined) {
      const text = ofValue(envelope);
      if (text === undefined || text === "" || text === "-") return;
      number = toNumber(text);
      if (number === undefined) return faults.wrongValue();
    }
    for (const { label, of, value } of fields) labels[label] = value.of(of(envelope));
    if (!write(number)) faults.wrongValue();
  };
}

/** Writes a number to the series of the labels; false where the metric cannot take it. */
function writerOf(config: MetricConfig, into: LogMetrics, labels: Record<string, string>): (number: number) => boolean {
  const made = into.get(config);
  switch (made.type) {
    case "counter":
      return (number) => {
        if (!(number >= 0 && number < Infinity)) return false;
        made.metric.inc(labels, number);
        return true;
      };
    case "gauge":
      return (number) => {
        made.metric[config.operation](labels, number);
        return true;
      };
    default:
      return (number) => {
        made.metric.observe(labels, number);
        return true;
      };
  }
}
