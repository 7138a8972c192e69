import { parseDecimalFloat, parseGoFloat } from "./go-float.ts";
import { emptyLabelSet, hashSeed, hashText, hashUnit, type LabelSet, mixHash } from "./label-sets.ts";
import { textError } from "./parse-error.ts";

/** Where the text formats differ in what a token looks like. */
export interface TextGrammar {
  /**
   * Text format 0.0.4 and 1.0.0: blanks and tabs may stand between tokens, a comma may follow the last label, an unknown
   * escape sequence is an error and numbers may be hexadecimal. OpenMetrics: one space, no such comma, an unknown escape
   * sequence stands for itself.
   */
  readonly lenient: boolean;
  /** Whether names may stand in quotes, and then be any text that is not empty. */
  readonly quotedNames: boolean;
}

export const newline = 0x0a;
export const space = 0x20;
export const hashSign = 0x23;
export const openBrace = 0x7b;
const tab = 0x09;
const doubleQuote = 0x22;
const comma = 0x2c;
const equals = 0x3d;
const backslash = 0x5c;
const closeBrace = 0x7d;

/** What a character may be part of, by its code: bit 1 of a label name, bit 2 of a metric name; 4 and 8 at its start. */
const nameCharacters = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(character)) nameCharacters[code] = 1 | 2 | 4 | 8;
  else if (character === ":") nameCharacters[code] = 2 | 8;
  else if (/\d/.test(character)) nameCharacters[code] = 1 | 2;
}

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** Reads the tokens of a text format, one after the other. */
export class TextScanner {
  readonly text: string;
  /** The position of the next token. */
  at = 0;
  /** The hash of the label set that was read last: the sum of its labels' hashes. */
  hash = 0;
  readonly #grammar: TextGrammar;
  /** The last name that stood without quotes: of a metric, and of the label at each position of a label set. */
  #lastMetricName = "";
  readonly #lastLabelNames: string[] = [];
  readonly #lastLabelHashes: number[] = [];
  /** The label names of this label set. */
  readonly #names: string[] = [];
  #count = 0;
  /** The hash of the quoted text that was read last. */
  #quotedHash = 0;

  constructor(text: string, grammar: TextGrammar) {
    this.text = text;
    this.#grammar = grammar;
  }

  /** The code of the next character; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Throws the error for `at`, by default the position of the next token. */
  fail(expected: string, at: number = this.at, found?: string): never {
    throw textError(this.text, at, expected, found);
  }

  /** Passes over blanks and tabs. */
  skipBlanks(): void {
    for (let code = this.peek(); code === space || code === tab; code = this.peek()) this.at++;
  }

  /** Passes over one character, which must be next. */
  expect(code: number, expected: string): void {
    if (this.peek() !== code) this.fail(expected);
    this.at++;
  }

  /** The rest of the line, the newline passed over. Throws where the input ends without one. */
  restOfLine(): string {
    const start = this.at;
    const end = this.text.indexOf("\n", start);
    if (end === -1) this.fail("a newline", this.text.length);
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  /** Whatever stands before the next blank, tab or newline. */
  word(): string {
    const start = this.at;
    while (!isWordEnd(this.peek())) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A metric name outside braces; quoted as well where `quotable`. */
  metricName(quotable: boolean): string {
    if (quotable && this.peek() === doubleQuote) return this.#quotedName("metric");
    // Most lines have the name of the line before.
    const last = this.#lastMetricName;
    const end = this.at + last.length;
    if (last !== "" && this.text.startsWith(last, this.at) && !isNamePart(this.text.charCodeAt(end), 2)) {
      this.at = end;
      return last;
    }
    return (this.#lastMetricName = this.#plainName("metric", 8, 2));
  }

  /**
   * A label set from its opening brace to its closing one. In one of a sample that has no name before the brace, which
   * `onName` then takes, the quoted metric name comes first.
   */
  labelSet(onName?: (name: string) => void): LabelSet {
    const labels = emptyLabelSet();
    const lenient = this.#grammar.lenient;
    this.hash = 0;
    this.#count = 0;
    this.at++;
    if (lenient) this.skipBlanks();
    let first = true;
    let named = onName === undefined;
    for (;;) {
      if (this.peek() === closeBrace && (first || lenient)) break;
      first = false;
      if (named) this.#label(labels);
      else {
        if (this.peek() !== doubleQuote) this.fail("a metric name in double quotes");
        onName!(this.#quotedName("metric"));
        named = true;
      }
      if (lenient) this.skipBlanks();
      const code = this.peek();
      if (code === closeBrace) break;
      if (code !== comma) this.fail('"," or "}" after a label');
      this.at++;
      if (lenient) this.skipBlanks();
    }
    if (!named) this.fail("a metric name in double quotes");
    this.at++;
    return labels;
  }

  /** The number that ends at the next blank, tab or newline. */
  number(expected: string): number {
    const { text } = this;
    const start = this.at;
    let at = start;
    let code = text.charCodeAt(at);
    const negative = code === 0x2d;
    if (negative) code = text.charCodeAt(++at);
    let mantissa = 0;
    let digits = 0;
    let point = -1;
    for (;;) {
      if (code >= 0x30 && code <= 0x39) {
        mantissa = mantissa * 10 + (code - 0x30);
        digits++;
      } else if (code === 0x2e && point === -1) point = digits;
      else break;
      code = text.charCodeAt(++at);
    }
    // Up to 15 digits the mantissa and the power of ten are exact, so that one division rounds correctly.
    if (digits > 0 && digits <= 15 && isWordEnd(code)) {
      this.at = at;
      const value = point === -1 ? mantissa : mantissa / powersOfTen[digits - point]!;
      return negative ? -value : value;
    }
    const word = this.word();
    return (this.#grammar.lenient ? parseGoFloat(word) : parseDecimalFloat(word)) ?? this.fail(expected, start);
  }

  #label(labels: LabelSet): void {
    const { text } = this;
    const names = this.#names;
    const start = this.at;
    const position = this.#count++;
    let name = this.#lastLabelNames[position];
    let hash: number;
    // Most label sets have the names of the one before.
    if (name !== undefined && text.charCodeAt(start + name.length) === equals && text.startsWith(name, start)) {
      this.at = start + name.length;
      hash = this.#lastLabelHashes[position]!;
    } else {
      const quoted = this.peek() === doubleQuote;
      name = quoted ? this.#quotedName("label") : this.#plainName("label", 4, 1);
      if (name === "__name__") this.fail("a label name other than that of the metric name", start);
      hash = hashText(hashSeed, name);
      if (!quoted) {
        this.#lastLabelNames[position] = name;
        this.#lastLabelHashes[position] = hash;
      }
    }
    for (let i = 0; i < position; i++) if (names[i] === name) this.fail("each label name once", start);
    names[position] = name;
    if (this.#grammar.lenient) this.skipBlanks();
    this.expect(equals, '"=" after a label name');
    if (this.#grammar.lenient) this.skipBlanks();
    labels[name] = this.#quoted("a label value in double quotes", hash);
    this.hash = (this.hash + mixHash(this.#quotedHash)) | 0;
  }

  #plainName(what: "metric" | "label", startBit: number, bit: number): string {
    const start = this.at;
    if (!isNamePart(this.peek(), startBit)) this.fail(`a ${what} name`);
    while (isNamePart(this.peek(), bit)) this.at++;
    return this.text.slice(start, this.at);
  }

  #quotedName(what: "metric" | "label"): string {
    if (!this.#grammar.quotedNames) this.fail(`a ${what} name without quotes, which this version of the format lacks`);
    const start = this.at;
    const name = this.#quoted("", 0);
    if (name === "") this.fail(`a ${what} name that is not empty`, start);
    return name;
  }

  /** A text in double quotes on one line, whose hash continues `seed`. */
  #quoted(expected: string, seed: number): string {
    this.expect(doubleQuote, expected);
    const { text } = this;
    const start = this.at;
    let at = start;
    let hash = seed;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === doubleQuote) {
        this.at = at + 1;
        this.#quotedHash = hash;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedQuoted(start, at, seed);
      if (code === newline || Number.isNaN(code)) this.fail("a closing double quote", at);
      hash = hashUnit(hash, code);
      at++;
    }
  }

  #escapedQuoted(start: number, firstBackslash: number, seed: number): string {
    const { text } = this;
    let at = firstBackslash;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === doubleQuote) break;
      if (code === newline || Number.isNaN(code)) this.fail("a closing double quote", at);
      at += code === backslash && text.charCodeAt(at + 1) !== newline ? 2 : 1;
    }
    this.at = at + 1;
    const result = this.unescape(start, at);
    this.#quotedHash = hashText(seed, result);
    return result;
  }

  /** The text from `start` to `end` with its escape sequences replaced. */
  unescape(start: number, end: number): string {
    const { text } = this;
    let result = "";
    let from = start;
    for (;;) {
      const at = text.indexOf("\\", from);
      if (at === -1 || at >= end) return result + text.slice(from, end);
      result += text.slice(from, at);
      const next = at + 1 < end ? text[at + 1]! : "";
      if (next === "n") result += "\n";
      else if (next === "\\" || next === '"') result += next;
      else if (this.#grammar.lenient || next === "") this.fail('one of the escape sequences \\\\, \\" and \\n', at);
      else result += `\\${next}`;
      from = at + 2;
    }
  }
}

function isWordEnd(code: number): boolean {
  return code === newline || code === space || code === tab || Number.isNaN(code);
}

function isNamePart(code: number, bit: number): boolean {
  // NaN at the end of the text and whatever is not ASCII read as undefined, which has no bit.
  return (nameCharacters[code]! & bit) !== 0;
}
