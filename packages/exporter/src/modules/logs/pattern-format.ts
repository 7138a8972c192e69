import type { LineFormat, LineParser } from "./line-format.ts";
import { LinePattern, type PatternFinder } from "./line-pattern.ts";

/** Lines in which one of several regular expressions is found; their named groups are the fields. */
export class PatternFormat implements LineFormat {
  readonly fields: readonly string[];
  readonly #patterns: readonly LinePattern[];

  /** Throws a sentence if one is malformed. */
  constructor(sources: readonly string[]) {
    this.#patterns = sources.map((source) => new LinePattern(source));
    this.fields = [...new Set(this.#patterns.flatMap(({ names }) => names))];
  }

  parser(names: readonly string[]): LineParser {
    const finders = this.#patterns.map((pattern) => pattern.finder(names));
    return finders.length === 1 ? new OnePattern(finders[0]!) : new FirstPattern(finders);
  }
}

class OnePattern implements LineParser {
  readonly #finder: PatternFinder;

  constructor(finder: PatternFinder) {
    this.#finder = finder;
  }

  parse(text: string, start: number, end: number): boolean {
    return this.#finder.find(text.slice(start, end));
  }

  field(index: number): string | undefined {
    return this.#finder.field(index);
  }
}

class FirstPattern implements LineParser {
  readonly #finders: readonly PatternFinder[];
  #found: PatternFinder | undefined;

  constructor(finders: readonly PatternFinder[]) {
    this.#finders = finders;
  }

  parse(text: string, start: number, end: number): boolean {
    const line = text.slice(start, end);
    this.#found = this.#finders.find((finder) => finder.find(line));
    return this.#found !== undefined;
  }

  field(index: number): string | undefined {
    return this.#found!.field(index);
  }
}
