import type { LineFormat, LineParser } from "./line-format.ts";
import { requestPart, type RequestPart, requestParts } from "./request-line.ts";

/** A piece of a format string: text that stands in each line, or a field. */
export type FormatPiece = string | FormatField;

export interface FormatField {
  readonly name: string;
  /** What is known of it: `list` has commas and spaces in it, `status` three digits; a number is its length. */
  readonly shape?: "list" | "status" | number | undefined;
}

/** How a server writes what is special within a field. */
export type Escaping = "backslash" | "json" | "none";

/** What a format is made of. */
export interface AccessFormatOptions {
  readonly pieces: readonly FormatPiece[];
  readonly escaping: Escaping;
}

/**
 * Lines as a server writes them by a format string. Each text between two fields is looked for behind the one before, which takes
 * a fraction of the time of a regular expression. Besides its own fields a format has those of the request.
 */
export class AccessFormat implements LineFormat {
  readonly fields: readonly string[];
  readonly #options: AccessFormatOptions;
  readonly #own: readonly FormatField[];

  /** Throws a sentence if it could be read in several ways. */
  constructor(options: AccessFormatOptions) {
    const { pieces } = options;
    this.#options = options;
    this.#own = pieces.filter((piece) => typeof piece !== "string");
    if (this.#own.length === 0) throw new Error("has no field; write it as in the server's configuration");
    for (const [index, piece] of pieces.entries()) {
      const next = pieces[index + 1];
      if (typeof piece === "string" || typeof piece.shape === "number" || typeof next !== "object") continue;
      throw new Error(`has nothing between ${piece.name} and ${next.name}; put a space there`);
    }
    const names = this.#own.map(({ name }) => name);
    const derived = requestSources.some((source) => names.includes(source)) ? requestParts : [];
    this.fields = [...new Set([...names, ...derived])];
  }

  parser(names: readonly string[]): LineParser {
    return new AccessParser(this.#options, this.#own, names);
  }
}

/** The fields that the parts of a request are taken from. */
const requestSources = ["request", "request_uri"] as const;

/** How the end of a field is found, as a number: one that is compared in each step of each line. */
const way = {
  /** At the first text that stands behind it. */
  first: 0,
  /** The same, unless a backslash stands before that: an escaped quote is no end. */
  unescaped: 1,
  /** After so many characters. */
  fixed: 2,
  /** At the end of the line. */
  last: 3,
  /** By its shape. */
  careful: 4,
} as const;

interface Step {
  readonly way: (typeof way)[keyof typeof way];
  /** The text behind it, the first character of that, the code of the second, or -1, and its length. */
  readonly after: string;
  readonly char: string;
  readonly second: number;
  readonly length: number;
  readonly shape: FormatField["shape"];
  readonly width: number;
}

function stepOf(pieces: readonly FormatPiece[], field: FormatField, isLast: boolean, escaping: Escaping): Step {
  const next = pieces[pieces.indexOf(field) + 1];
  const after = typeof next === "string" ? next : "";
  const { shape } = field;
  const ofText = after.startsWith('"') && escaping !== "none" ? way.unescaped : way.first;
  const byShape = typeof shape === "number" ? way.fixed : shape === "status" || !isLast ? way.careful : way.last;
  return {
    way: shape === undefined ? (isLast ? way.last : ofText) : byShape,
    after,
    char: after.slice(0, 1),
    second: after.length > 1 ? after.charCodeAt(1) : -1,
    length: after.length,
    shape,
    width: typeof shape === "number" ? shape : 0,
  };
}

class AccessParser implements LineParser {
  readonly #prefix: string;
  readonly #steps: readonly Step[];
  readonly #fields: readonly FormatField[];
  readonly #escaping: Escaping;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** For each name the position of its field, and which part of that it is. */
  readonly #positions: readonly number[];
  readonly #parts: readonly (RequestPart | undefined)[];
  #text = "";
  /** The first backslash in the text from where it was looked for, and whether the line has it. */
  #backslash = -1;
  #lookedFrom = 0;
  #isEscaped = false;

  constructor({ pieces, escaping }: AccessFormatOptions, own: readonly FormatField[], names: readonly string[]) {
    const first = pieces[0];
    this.#prefix = typeof first === "string" ? first : "";
    this.#steps = own.map((field, index) => stepOf(pieces, field, index === own.length - 1, escaping));
    this.#fields = own;
    this.#escaping = escaping;
    this.#starts = new Int32Array(own.length);
    this.#ends = new Int32Array(own.length);
    const sources = names.map((name) => sourceOf(name, own));
    this.#positions = sources.map((source) => own.findIndex(({ name }) => name === source));
    this.#parts = names.map((name, index) => (name === sources[index] ? undefined : (name as RequestPart)));
  }

  parse(text: string, start: number, end: number): boolean {
    if (!text.startsWith(this.#prefix, start)) return false;
    const starts = this.#starts;
    const ends = this.#ends;
    const steps = this.#steps;
    let at = start + this.#prefix.length;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      let to: number;
      switch (step.way) {
        case way.first:
        case way.unescaped:
          // One character is looked for in a fraction of the time of several.
          to = text.indexOf(step.char, at);
          if (!isEnd(text, to, step)) to = this.#end(text, at, end, step);
          break;
        case way.careful:
          to = this.#end(text, at, end, step);
          break;
        default:
          to = step.way === way.fixed ? at + step.width : end - step.length;
          if (!isAt(text, to, step.after)) return false;
      }
      if (to < at || to > end) return false;
      starts[i] = at;
      ends[i] = to;
      at = to + step.length;
    }
    if (this.#escaping !== "none") this.#lookForBackslash(text, start, end);
    this.#text = text;
    return at === end;
  }

  field(index: number): string | undefined {
    const position = this.#positions[index]!;
    if (position < 0) return undefined;
    const start = this.#starts[position]!;
    const end = this.#ends[position]!;
    if (end - start < 2 && isAbsent(this.#text, start, end, this.#escaping)) return undefined;
    const part = this.#parts[index];
    if (part === undefined && !this.#isEscaped) return this.#text.slice(start, end);
    if (part === "method" && isGet(this.#text, start)) return "GET";
    const plain = this.#text.slice(start, end);
    const value = this.#isEscaped && plain.includes("\\") ? unescape(plain, this.#escaping) : plain;
    return part === undefined ? value : requestPart(value, part, this.#fields[position]!.name === "request");
  }

  /** Backslashes are rare: the next one is looked for once for many lines. */
  #lookForBackslash(text: string, start: number, end: number): void {
    // The same text may come twice, and the second time from its start.
    if (text !== this.#text || start < this.#lookedFrom || this.#backslash < start) {
      this.#lookedFrom = start;
      const next = text.indexOf("\\", start);
      this.#backslash = next < 0 ? Infinity : next;
    }
    this.#isEscaped = this.#backslash < end;
  }

  /** Where the field ends; less than `at` where the line is of another format. */
  #end(text: string, at: number, lineEnd: number, step: Step): number {
    const { after, char, shape } = step;
    if (after === "") return isStatus(text, at, lineEnd) ? lineEnd : -1;
    for (let from = at; ;) {
      const end = text.indexOf(char, from);
      if (end < 0 || end >= lineEnd) return -1;
      if (isAt(text, end, after) && !this.#isInside(text, at, end, step)) {
        return shape === "status" && !isStatus(text, at, end) ? -1 : end;
      }
      from = end + 1;
    }
  }

  /** Whether what looks like the text behind a field is within it. */
  #isInside(line: string, at: number, end: number, { char, shape }: Step): boolean {
    if (char === '"' && this.#escaping !== "none") {
      let slashes = 0;
      while (end - 1 - slashes >= at && line.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
      return slashes % 2 === 1;
    }
    // Several servers that were asked, one after the other: "0.010, 0.020 : 0.030".
    if (shape !== "list" || char !== " ") return false;
    return /[,:]/.test(line[end - 1] ?? "") || line.startsWith(" : ", end);
  }
}

/** Whether the text behind a field is at `end`, as it mostly is. */
function isEnd(text: string, end: number, step: Step): boolean {
  if (step.length > 1 && text.charCodeAt(end + 1) !== step.second) return false;
  if (step.way === way.unescaped && text.charCodeAt(end - 1) === 0x5c) return false;
  return step.length < 3 || isAt(text, end, step.after);
}

function isAt(line: string, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (line.charCodeAt(at + i) !== text.charCodeAt(i)) return false;
  return true;
}

/** The field that a name is taken from: itself, or that of the request. */
function sourceOf(name: string, own: readonly FormatField[]): string {
  const has = (source: string): boolean => own.some((field) => field.name === source);
  if (has(name) || !(requestParts as readonly string[]).includes(name)) return name;
  const isOfTarget = name === "path" || name === "query";
  return isOfTarget && has("request_uri") ? "request_uri" : "request";
}

/** Servers write a hyphen where there is nothing; in JSON, nothing. */
function isAbsent(text: string, start: number, end: number, escaping: Escaping): boolean {
  return escaping === "json" ? start === end : end > start && text.charCodeAt(start) === 0x2d;
}

function isGet(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x47 &&
    text.charCodeAt(at + 1) === 0x45 &&
    text.charCodeAt(at + 2) === 0x54 &&
    text.charCodeAt(at + 3) === 0x20
  );
}

function isStatus(line: string, start: number, end: number): boolean {
  if (end - start !== 3) return end - start === 1 && line.charCodeAt(start) === 0x2d;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

const controls: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v" };

function unescape(text: string, escaping: Escaping): string {
  if (escaping === "json") {
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      return text;
    }
  }
  // Bytes that are no ASCII are written one by one.
  return text.replaceAll(/(?:\\x[0-9A-Fa-f]{2})+|\\([^x])/g, (escaped, char: string | undefined) => {
    if (char !== undefined) return controls[char] ?? char;
    return Buffer.from(escaped.replaceAll(String.raw`\x`, ""), "hex").toString();
  });
}
