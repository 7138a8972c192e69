import { LinePattern, type PatternFinder, TooCostly } from "./line-pattern.ts";
import { pathTemplate } from "./path-template.ts";

/** What becomes of a field before it is the value of a label. */
export interface LabelOptions {
  /** The field; or `value`, a text that is always the same. */
  readonly field?: string | undefined;
  readonly value?: string | undefined;
  /** Makes few paths of many, by templates or, with `true`, by the look of each segment. */
  readonly path?: true | readonly string[] | undefined;
  /** What must fit the whole text for `replacement` to take its place; `$1` and `$<name>` are what groups took. */
  readonly regex?: string | undefined;
  readonly replacement?: string | undefined;
  readonly lowercase?: boolean | undefined;
  /** Texts and what takes their place; `other` takes that of all texts that are not in it. */
  readonly map?: Readonly<Record<string, string>> | undefined;
  readonly other?: string | undefined;
  /** What stands for a field that a line does not have. */
  readonly default?: string | undefined;
}

/** Texts that a label remembers what they became of, so that the rest is done once for each. */
const mostRemembered = 4096;
const longest = 256;

/** Makes the values of one label, of what lines have in the field. */
export class LabelValue {
  readonly #steps: readonly ((text: string) => string)[];
  readonly #absent: string;
  readonly #remembered = new Map<string, string>();

  constructor(options: LabelOptions) {
    const { path, regex, replacement = "$1", lowercase, map, other } = options;
    const steps: ((text: string) => string)[] = [];
    if (path !== undefined) steps.push(pathTemplate(path === true ? [] : path));
    if (regex !== undefined) steps.push(replacer(regex, replacement));
    if (lowercase === true) steps.push((text) => text.toLowerCase());
    if (map !== undefined || other !== undefined) {
      const values = new Map(Object.entries(map ?? {}));
      steps.push((text) => values.get(text) ?? other ?? text);
    }
    this.#steps = steps;
    this.#absent = options.default ?? "";
  }

  of(text: string | undefined): string {
    if (text === undefined) return this.#absent;
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    // A piece of a line would keep all that was read with it in memory.
    const own = ownCopy(text.length > 8 * longest ? text.slice(0, 8 * longest) : text);
    let value = own;
    for (const step of this.#steps) value = step(value);
    if (value.length > longest) value = ownCopy(value.slice(0, longest).toWellFormed());
    if (text.length <= longest) {
      if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
      this.#remembered.set(own, value);
    }
    return value;
  }
}

function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

function replacer(regex: string, replacement: string): (text: string) => string {
  const pattern = wholePattern(regex);
  const names = [...pattern.names];
  const finder = pattern.finder(names);
  return (text) => {
    try {
      return finder.find(text) ? filled(replacement, names, finder) : text;
    } catch (error) {
      if (error instanceof TooCostly) return text;
      throw error;
    }
  };
}

/** The pattern of a text as a whole, whose groups without a name are called `_1` and so on. Throws a sentence. */
export function wholePattern(regex: string): LinePattern {
  new LinePattern(regex);
  let count = 0;
  // Within brackets and behind a backslash a parenthesis is itself.
  const named = regex.replaceAll(/\\[^]|\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]\\])*\]|\((?!\?)/g, (token) =>
    token === "(" ? `(?<_${++count}>` : token,
  );
  return new LinePattern(`^(?:${named})$`);
}

function filled(replacement: string, names: readonly string[], finder: PatternFinder): string {
  return replacement.replaceAll(/\$(?:\$|(\d+)|<([^>]*)>)/g, (token, number?: string, named?: string) => {
    if (token === "$$") return "$";
    const name = number ?? named!;
    const index = names.indexOf(/^\d+$/.test(name) ? `_${name}` : name);
    return index < 0 ? "" : (finder.field(index) ?? "");
  });
}
