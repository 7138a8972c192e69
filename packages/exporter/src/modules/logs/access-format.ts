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

/** How the end of a field is found. */
interface Step {
  /** The text behind it, the first character of that, and its length. */
  readonly after: string;
  readonly char: string;
  readonly length: number;
  readonly shape: FormatField["shape"];
  /** What stands behind the first character of that, and one that may not stand before: a quote that is escaped is no end. */
  readonly second: number;
  readonly notBefore: number;
  /** `first`: at the first such text; `fixed`: after so many characters; `last`: at the end of the line; `careful`: by its shape. */
  readonly way: "first" | "fixed" | "last" | "careful";
  readonly width: number;
}

function stepOf(pieces: readonly FormatPiece[], field: FormatField, isLast: boolean, escaping: Escaping): Step {
  const next = pieces[pieces.indexOf(field) + 1];
  const after = typeof next === "string" ? next : "";
  const { shape } = field;
  const isCareful = isLast ? shape === "status" : shape !== undefined;
  return {
    after,
    char: after.slice(0, 1),
    length: after.length,
    shape,
    second: after.length > 1 ? after.charCodeAt(1) : -1,
    notBefore: after.startsWith('"') && escaping !== "none" ? 0x5c : -1,
    way: typeof shape === "number" ? "fixed" : isCareful ? "careful" : isLast ? "last" : "first",
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
  readonly #wanted: readonly { readonly position: number; readonly part: RequestPart | undefined }[];
  #line = "";

  constructor({ pieces, escaping }: AccessFormatOptions, own: readonly FormatField[], names: readonly string[]) {
    const first = pieces[0];
    this.#prefix = typeof first === "string" ? first : "";
    this.#steps = own.map((field, index) => stepOf(pieces, field, index === own.length - 1, escaping));
    this.#fields = own;
    this.#escaping = escaping;
    this.#starts = new Int32Array(own.length);
    this.#ends = new Int32Array(own.length);
    this.#wanted = names.map((name) => {
      const position = own.findIndex((field) => field.name === name);
      if (position >= 0 || !isRequestPart(name)) return { position, part: undefined };
      const sources = name === "path" || name === "query" ? requestSources.toReversed() : requestSources.slice(0, 1);
      const source = sources.find((candidate) => own.some((field) => field.name === candidate));
      return { position: own.findIndex((field) => field.name === source), part: name };
    });
  }

  parse(line: string): boolean {
    if (!line.startsWith(this.#prefix)) return false;
    this.#line = line;
    const starts = this.#starts;
    const ends = this.#ends;
    const steps = this.#steps;
    let at = this.#prefix.length;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      starts[i] = at;
      let end = 0;
      if (step.way === "first") {
        // One character is looked for in a fraction of the time of several.
        end = line.indexOf(step.char, at);
        if (!this.#isEnd(line, end, step)) end = this.#end(line, at, step);
      } else if (step.way === "last") {
        end = line.length - step.length;
        if (!isAt(line, end, step.after)) return false;
      } else end = step.way === "fixed" ? at + step.width : this.#end(line, at, step);
      if (end < at || (step.way === "fixed" && !isAt(line, end, step.after))) return false;
      ends[i] = end;
      at = end + step.length;
    }
    return at === line.length;
  }

  field(index: number): string | undefined {
    const { position, part } = this.#wanted[index]!;
    if (position < 0) return undefined;
    const start = this.#starts[position]!;
    const end = this.#ends[position]!;
    if (part === "method" && this.#line.startsWith("GET ", start)) return "GET";
    const text = this.#line.slice(start, end);
    if (this.#escaping === "json" ? text === "" : text === "-") return undefined;
    const value =
      this.#escaping !== "none" && text.length > 3 && text.includes("\\") ? unescape(text, this.#escaping) : text;
    return part === undefined ? value : requestPart(value, part, this.#fields[position]!.name === "request");
  }

  /** Whether the text behind the field is at `end`, as far as two characters tell, and what else it may be is not. */
  #isEnd(line: string, end: number, step: Step): boolean {
    if (end <= 0) return end === 0 && isAt(line, 0, step.after);
    if (step.notBefore >= 0 && line.charCodeAt(end - 1) === step.notBefore) return false;
    return (
      step.length < 2 || (line.charCodeAt(end + 1) === step.second && (step.length < 3 || isAt(line, end, step.after)))
    );
  }

  /** Where the field ends; less than `at` where the line is of another format. */
  #end(line: string, at: number, step: Step): number {
    const { after, char, shape } = step;
    if (after === "") return isStatus(line, at, line.length) ? line.length : -1;
    for (let from = at; ;) {
      const end = line.indexOf(char, from);
      if (end < 0) return end;
      if (isAt(line, end, after) && !this.#isInside(line, at, end, step)) {
        return shape === "status" && !isStatus(line, at, end) ? -1 : end;
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

function isAt(line: string, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (line.charCodeAt(at + i) !== text.charCodeAt(i)) return false;
  return true;
}

function isRequestPart(name: string): name is RequestPart {
  return (requestParts as readonly string[]).includes(name);
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
