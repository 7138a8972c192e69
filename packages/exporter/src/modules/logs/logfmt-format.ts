import type { LineFormat, LineParser } from "./line-format.ts";

/** Lines of pairs such as `level=info msg="all is well" retry`, where a key alone is true. */
export const logfmtFormat: LineFormat = {
  fields: undefined,
  parser: (names) => new LogfmtParser(names),
};

class LogfmtParser implements LineParser {
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #values: (string | undefined)[];

  constructor(names: readonly string[]) {
    this.#indexes = new Map(names.map((name, index) => [name, index]));
    this.#values = names.map(() => undefined);
  }

  /** A line without a single `key=` is of another format. */
  parse(text: string, begin: number, end: number): boolean {
    const line = text.slice(begin, end);
    this.#values.fill(undefined);
    const { length } = line;
    let hasPair = false;
    for (let at = 0; at < length;) {
      if (line.charCodeAt(at) <= 0x20) {
        at++;
        continue;
      }
      const start = at;
      while (at < length && line.charCodeAt(at) > 0x20 && line[at] !== "=") at++;
      const index = this.#indexes.get(line.slice(start, at));
      if (line[at] !== "=") {
        if (index !== undefined) this.#values[index] = "true";
        continue;
      }
      hasPair = true;
      const from = ++at;
      if (line[at] === '"') {
        at = endOfQuoted(line, at);
        if (index !== undefined) this.#values[index] = unquoted(line.slice(from, at));
      } else {
        while (at < length && line.charCodeAt(at) > 0x20) at++;
        if (index !== undefined) this.#values[index] = line.slice(from, at);
      }
    }
    return hasPair;
  }

  field(index: number): string | undefined {
    return this.#values[index];
  }
}

/** The place behind the quote that closes the one at `start`; the end where there is none. */
function endOfQuoted(line: string, start: number): number {
  for (let at = start + 1; ;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return line.length;
    let slashes = 0;
    while (line[quote - 1 - slashes] === "\\") slashes++;
    // Those that stand in pairs are themselves.
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function unquoted(text: string): string {
  if (!text.includes("\\")) return text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}
