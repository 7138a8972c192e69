import { OpenMetricsFamily } from "./openmetrics-family.ts";
import type { ParsedExemplar, ParsedFamily, ParsedSample, ParsedType } from "./parsed-family.ts";
import { isRealNumber } from "./go-float.ts";
import { fitsExemplar, sampleSuffixes } from "./openmetrics-rules.ts";
import { emptyLabelSet, type LabelSet } from "./label-sets.ts";
import { hashSign, newline, openBrace, space, TextScanner } from "./text-scanner.ts";

/**
 * Reads OpenMetrics 1.0, and 0.0.1, which has the same syntax. Throws a `ParseError` for everything that the
 * specification forbids. Where it says SHOULD, such as for the order of TYPE, UNIT and HELP, any way is accepted.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function parseOpenMetrics(text: string): ParsedFamily[] {
  const scanner = new TextScanner(text, { lenient: false, quotedNames: true });
  const reader = new OpenMetricsReader(scanner);
  for (;;) {
    if (scanner.peek() !== hashSign) reader.sample();
    else if (text.startsWith("# EOF", scanner.at)) break;
    else reader.descriptor();
  }
  scanner.at += "# EOF".length;
  if (scanner.peek() === newline) scanner.at++;
  if (scanner.at < text.length) scanner.fail("nothing after # EOF");
  return reader.finish();
}

type ScannedSample = { -readonly [Key in keyof ParsedSample]: ParsedSample[Key] };

class OpenMetricsReader {
  readonly #scanner: TextScanner;
  readonly #families: ParsedFamily[] = [];
  /** The family that has or could have samples of each name. */
  readonly #claimed = new Map<string, OpenMetricsFamily>();
  #current: OpenMetricsFamily | undefined;

  constructor(scanner: TextScanner) {
    this.#scanner = scanner;
  }

  /** Closes the last family and returns them all. */
  finish(): ParsedFamily[] {
    this.#close();
    return this.#families;
  }

  /** A line of metadata. */
  descriptor(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const keyword = scanner.text.slice(start, start + 7);
    if (keyword !== "# TYPE " && keyword !== "# UNIT " && keyword !== "# HELP ") {
      scanner.fail('a line that starts with "# TYPE ", "# UNIT ", "# HELP " or "# EOF", or a sample');
    }
    scanner.at += keyword.length;
    const nameAt = scanner.at;
    const name = scanner.metricName(true);
    const family = this.#current?.name === name ? this.#current : this.#open(name, nameAt);
    if (family.hasSamples) scanner.fail("metadata before the samples of its family", start);
    scanner.expect(space, "a space after the name of the family");
    const at = scanner.at;
    if (keyword === "# TYPE ") family.setType(readType(scanner), start);
    else if (keyword === "# UNIT ") family.setUnit(scanner.restOfLine(), start, at);
    else family.setHelp(readHelp(scanner), start);
  }

  sample(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const code = scanner.peek();
    if (Number.isNaN(code)) scanner.fail("# EOF as the last line");
    if (code === newline) scanner.fail("a line that is not blank");
    let name = "";
    let labels: LabelSet;
    if (code === openBrace) {
      labels = scanner.labelSet((quoted) => (name = quoted));
    } else {
      name = scanner.metricName(false);
      if (scanner.peek() === openBrace) labels = scanner.labelSet();
      else {
        labels = emptyLabelSet();
        scanner.hash = 0;
      }
    }
    let family = this.#current;
    let suffix = family?.suffixOf(name);
    if (family === undefined || suffix === undefined) {
      family = this.#open(name, start);
      suffix = "";
    }
    // Settled only now, for the type may come after other metadata.
    if (!family.hasSamples) this.#claim(family);
    // An exemplar's labels come after, and have a hash as well.
    const { hash: labelsHash } = scanner;

    scanner.expect(space, "a space and a value");
    const valueAt = scanner.at;
    const value = scanner.number("a number as the value");
    let timestampSeconds: number | undefined;
    let exemplar: ParsedExemplar | undefined;
    if (scanner.peek() === space && !scanner.text.startsWith(" # ", scanner.at)) {
      scanner.at++;
      timestampSeconds = this.#timestamp();
    }
    if (scanner.peek() === space) {
      if (suffix !== "_total" && suffix !== "_bucket")
        scanner.fail("the end of the line, for samples of this kind have no exemplar");
      exemplar = this.#exemplar();
    }
    if (scanner.peek() !== newline) scanner.fail("the end of the line");
    scanner.at++;
    const sample: ScannedSample = { name, labels, value };
    if (timestampSeconds !== undefined) sample.timestampSeconds = timestampSeconds;
    if (exemplar !== undefined) sample.exemplar = exemplar;
    family.add(sample, suffix, labelsHash, start, valueAt);
  }

  #timestamp(): number {
    const scanner = this.#scanner;
    const start = scanner.at;
    const word = scanner.word();
    const seconds = isRealNumber(word) ? Number(word) : Infinity;
    if (!Number.isFinite(seconds)) scanner.fail("a timestamp in seconds", start);
    return seconds;
  }

  #exemplar(): ParsedExemplar {
    const scanner = this.#scanner;
    if (!scanner.text.startsWith(" # {", scanner.at)) scanner.fail('an exemplar as " # {"');
    scanner.at += 3;
    const start = scanner.at;
    const labels = scanner.labelSet();
    if (!fitsExemplar(labels)) {
      scanner.fail("at most 128 characters in the labels of an exemplar", start);
    }
    scanner.expect(space, "a space and the value of the exemplar");
    const value = scanner.number("a number as the value of the exemplar");
    if (scanner.peek() !== space) return { labels, value };
    scanner.at++;
    return { labels, value, timestampSeconds: this.#timestamp() };
  }

  #open(name: string, at: number): OpenMetricsFamily {
    this.#close();
    return (this.#current = new OpenMetricsFamily(this.#scanner, name, at));
  }

  #close(): void {
    const family = this.#current;
    if (family === undefined) return;
    if (!family.hasSamples) this.#claim(family);
    this.#families.push(family.finish());
    this.#current = undefined;
  }

  /** Takes the names that samples of the family could have. Throws if another family could have samples of one of them. */
  #claim(family: OpenMetricsFamily): void {
    this.#claimName(family, family.name);
    for (const suffix of sampleSuffixes[family.type]) {
      if (suffix !== "") this.#claimName(family, family.name + suffix);
    }
  }

  #claimName(family: OpenMetricsFamily, name: string): void {
    const other = this.#claimed.get(name);
    if (other !== undefined) {
      const found = `${JSON.stringify(name)}, which belongs to the ${other.type} ${JSON.stringify(other.name)} before`;
      this.#scanner.fail("families that stand together and share no sample name", family.at, found);
    }
    this.#claimed.set(name, family);
  }
}

function readType(scanner: TextScanner): ParsedType {
  const start = scanner.at;
  const word = scanner.restOfLine();
  if (!Object.hasOwn(sampleSuffixes, word)) {
    scanner.fail(`a type: ${Object.keys(sampleSuffixes).join(", ")}`, start);
  }
  return word as ParsedType;
}

function readHelp(scanner: TextScanner): string {
  const start = scanner.at;
  const raw = scanner.restOfLine();
  const end = start + raw.length;
  for (let at = raw.indexOf('"'); at !== -1; at = raw.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (raw[at - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) scanner.fail('a double quote in HELP as \\"', start + at);
  }
  return raw.includes("\\") ? scanner.unescape(start, end) : raw;
}
