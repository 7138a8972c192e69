import { emptyLabelSet, type LabelSet, SeenLabelSets } from "./label-sets.ts";
import type { ParsedFamily, ParsedSample, ParsedType } from "./parsed-family.ts";
import { parseGoFloat } from "./go-float.ts";
import { hashSign, newline, openBrace, TextScanner } from "./text-scanner.ts";

/** The versions of the text format. 1.0.0 adds names in quotes. */
export type TextVersion = "0.0.4" | "1.0.0";

interface TextFamily {
  readonly name: string;
  type: ParsedType;
  /** Whether TYPE can come no more, because it came or a sample did. */
  typeSettled: boolean;
  hasHelp: boolean;
  help?: string;
  readonly samples: ParsedSample[];
}

/** The samples of one name: the family they belong to, and their label sets. */
interface TextSeries {
  readonly family: TextFamily;
  readonly seen: SeenLabelSets;
}

const types: Readonly<Record<string, ParsedType>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  untyped: "unknown",
};

/**
 * Reads text format 0.0.4 or 1.0.0. Throws a `ParseError` for what the format forbids and Prometheus refuses; the lines
 * of a family may be scattered, as for Prometheus, and histograms and summaries may be incomplete.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */
export function parseText(text: string, version: TextVersion): ParsedFamily[] {
  const scanner = new TextScanner(text, { lenient: true, quotedNames: version === "1.0.0" });
  const reader = new TextReader(scanner);
  for (;;) {
    scanner.skipBlanks();
    const code = scanner.peek();
    if (Number.isNaN(code)) return reader.families();
    if (code === newline) scanner.at++;
    else if (code === hashSign) reader.comment();
    else reader.sample();
  }
}

class TextReader {
  readonly #scanner: TextScanner;
  readonly #families = new Map<string, TextFamily>();
  readonly #series = new Map<string, TextSeries>();
  #lastName: string | undefined;
  #lastSeries: TextSeries | undefined;

  constructor(scanner: TextScanner) {
    this.#scanner = scanner;
  }

  families(): ParsedFamily[] {
    return Array.from(this.#families.values(), ({ name, type, help, samples }) =>
      help === undefined ? { name, type, samples } : { name, type, help, samples },
    );
  }

  comment(): void {
    const scanner = this.#scanner;
    scanner.at++;
    scanner.skipBlanks();
    const keyword = scanner.word();
    if (keyword !== "HELP" && keyword !== "TYPE") {
      scanner.restOfLine();
      return;
    }
    scanner.skipBlanks();
    const nameAt = scanner.at;
    const name = scanner.metricName(true);
    const afterName = scanner.at;
    scanner.skipBlanks();
    if (scanner.at === afterName && scanner.peek() !== newline) scanner.fail(`a blank after the name in ${keyword}`);
    const family = this.#familyOf(name);
    if (keyword === "HELP") this.#help(family, nameAt);
    else this.#type(family, nameAt);
  }

  sample(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    let name = "";
    let labels: LabelSet;
    if (scanner.peek() === openBrace) {
      labels = scanner.labelSet((quoted) => (name = quoted));
    } else {
      name = scanner.metricName(false);
      scanner.skipBlanks();
      if (scanner.peek() === openBrace) labels = scanner.labelSet();
      else {
        labels = emptyLabelSet();
        scanner.hash = 0;
      }
    }
    const series = this.#seriesOf(name);
    const { family, seen } = series;
    this.#checkBound(family, labels, start);
    if (!seen.add(scanner.hash, labels)) scanner.fail("each series once", start);

    scanner.skipBlanks();
    const value = scanner.number("a number as the value");
    scanner.skipBlanks();
    if (Number.isNaN(scanner.peek())) scanner.fail("a newline");
    if (scanner.peek() === newline) {
      family.samples.push({ name, labels, value });
    } else {
      const timestampSeconds = this.#timestamp();
      scanner.skipBlanks();
      if (scanner.peek() !== newline) scanner.fail("the end of the line");
      family.samples.push({ name, labels, value, timestampSeconds });
    }
    scanner.at++;
  }

  #help(family: TextFamily, nameAt: number): void {
    const scanner = this.#scanner;
    if (family.hasHelp) scanner.fail("one HELP line for each metric", nameAt);
    family.hasHelp = true;
    const start = scanner.at;
    const raw = scanner.restOfLine();
    const help = raw.includes("\\") ? scanner.unescape(start, start + raw.length) : raw;
    if (help !== "") family.help = help;
  }

  #type(family: TextFamily, nameAt: number): void {
    const scanner = this.#scanner;
    if (family.typeSettled) scanner.fail("one TYPE line for each metric, before its samples", nameAt);
    const start = scanner.at;
    const word = scanner.restOfLine();
    if (!Object.hasOwn(types, word)) scanner.fail("a type: counter, gauge, histogram, summary or untyped", start);
    family.type = types[word]!;
    family.typeSettled = true;
  }

  /** Milliseconds in the format of Go's `ParseInt`, turned into seconds. */
  #timestamp(): number {
    const scanner = this.#scanner;
    const start = scanner.at;
    const word = scanner.word();
    if (/^[+-]?\d+$/.test(word)) {
      const milliseconds = Number(word);
      if (Math.abs(milliseconds) < 2 ** 53 || BigInt.asIntN(64, BigInt(word)) === BigInt(word))
        return milliseconds / 1000;
    }
    return scanner.fail("a whole number of milliseconds as the timestamp", start);
  }

  /** Throws if a label that must be a number in a family of this type is none. */
  #checkBound(family: TextFamily, labels: LabelSet, at: number): void {
    const bound = family.type === "histogram" ? "le" : family.type === "summary" ? "quantile" : undefined;
    if (bound === undefined) return;
    const value = labels[bound];
    if (value === undefined || parseGoFloat(value) !== undefined) return;
    this.#scanner.fail(`a number as the label ${bound} of a ${family.type}`, at);
  }

  #seriesOf(name: string): TextSeries {
    if (name === this.#lastName) return this.#lastSeries!;
    let series = this.#series.get(name);
    if (series === undefined) {
      const family = this.#familyOf(name);
      // A sample without TYPE is untyped for good.
      family.typeSettled = true;
      this.#series.set(name, (series = { family, seen: new SeenLabelSets() }));
    }
    this.#lastName = name;
    return (this.#lastSeries = series);
  }

  /** The family that a name belongs to: its own, else that of the summary or histogram whose sample it names. */
  #familyOf(name: string): TextFamily {
    const own = this.#families.get(name);
    if (own !== undefined) return own;
    const suffix = /_(?:count|sum|bucket)$/.exec(name);
    if (suffix !== null && suffix.index > 0) {
      const family = this.#families.get(name.slice(0, suffix.index));
      if (family?.type === "histogram" || (family?.type === "summary" && suffix[0] !== "_bucket")) return family;
    }
    const family: TextFamily = { name, type: "unknown", typeSettled: false, hasHelp: false, samples: [] };
    this.#families.set(name, family);
    return family;
  }
}
