import type { LineFormat, LineParser } from "./line-format.ts";

/** Lines that are objects of JSON. `a.b` is the field `b` of the object `a`, unless there is a field of the whole name. */
export const jsonFormat: LineFormat = {
  fields: undefined,
  parser: (names) => new JsonParser(names),
};

class JsonParser implements LineParser {
  readonly #names: readonly string[];
  readonly #paths: readonly (readonly string[])[];
  #object: Readonly<Record<string, unknown>> = {};

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#paths = names.map((name) => name.split("."));
  }

  parse(text: string, from: number, end: number): boolean {
    const line = text.slice(from, end);
    const start = line.indexOf("{");
    if (start < 0) return false;
    try {
      const value: unknown = JSON.parse(start === 0 ? line : line.slice(start));
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      this.#object = value as Readonly<Record<string, unknown>>;
      return true;
    } catch {
      return false;
    }
  }

  field(index: number): string | undefined {
    const name = this.#names[index]!;
    if (Object.hasOwn(this.#object, name)) return textOf(this.#object[name]);
    const path = this.#paths[index]!;
    if (path.length === 1) return undefined;
    let value: unknown = this.#object;
    for (const step of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string, unknown>)[step];
    }
    return textOf(value);
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
