import { RE2JS } from "re2js";

/** What a regular expression found in a text, with what its named groups took. */
export type NamedGroups = ReadonlyMap<string, string>;

/**
 * A regular expression in the syntax of Go, which takes time linear in the text: whoever starts a process chooses its command
 * line, and with an engine that tries again could hold the exporter for hours.
 */
export class LinearPattern {
  readonly #pattern: RE2JS;
  readonly #names: readonly string[];

  /** Throws if `source` is no regular expression. */
  constructor(source: string) {
    this.#pattern = RE2JS.compile(source);
    this.#names = Object.keys(this.#pattern.namedGroups());
  }

  /** Looks for it anywhere in `text`; undefined where it is not. A group that took no part is empty. */
  find(text: string): NamedGroups | undefined {
    const matcher = this.#pattern.matcher(text);
    if (!matcher.find()) return undefined;
    return new Map(this.#names.map((name) => [name, matcher.group(name) ?? ""]));
  }
}
