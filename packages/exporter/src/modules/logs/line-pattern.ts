import { RE2JS } from "re2js";
import { backtrackingSteps } from "./backtracking.ts";
import { groupNames, writePattern } from "./pattern-source.ts";
import { parsePattern, type PatternNode } from "./pattern-syntax.ts";
import { stepsFor } from "./step-count.ts";

/** Steps that the engine of JavaScript may take for a line at most; it takes some 2 to 5 ns for one. */
const mostNativeSteps = 4_000_000;
/** Characters of the line times states of the pattern for RE2, which takes some 30 ns for each. */
const mostLinearSteps = 800_000;

/** Thrown where a line is too long for a pattern that is costly. */
export class TooCostly extends Error {
  constructor() {
    super("the line is too long for the pattern");
  }
}

/**
 * A regular expression for lines that strangers write. JavaScript's own engine, which is fast but tries again, matches what it
 * is sure to be done with in some milliseconds, by the bound that the pattern itself gives; RE2, whose time is linear, matches
 * the rest.
 */
export class LinePattern {
  /** The names of its groups, each once. */
  readonly names: readonly string[];
  readonly #node: PatternNode;
  readonly #needsCodePoints: boolean;
  /** How long a line may be for the engine of JavaScript. */
  readonly nativeLength: number;
  /** The same where it looks at the start of the line alone. */
  readonly #nativeLengthAtStart: number;

  /** Throws a sentence if it is malformed. */
  constructor(source: string) {
    this.#node = parsePattern(source);
    this.#needsCodePoints = /[\u{10000}-\u{10FFFF}]|\\x\{/u.test(source);
    this.names = [...new Set(groupNames(this.#node))];
    this.nativeLength = longestFor(this.#node);
    this.#nativeLengthAtStart = longestFor({ kind: "sequence", items: [{ kind: "anchor", at: "start" }, this.#node] });
    try {
      RE2JS.compile(writePattern(this.#node, new Set(), "re2").source);
    } catch {
      throw new Error("is a regular expression that RE2 does not take: it repeats too much; let it repeat less");
    }
  }

  /** What finds it, and the groups of these names, in the order of the names. */
  finder(names: readonly string[]): PatternFinder {
    const lengths = { anywhere: this.nativeLength, atStart: this.#nativeLengthAtStart };
    return new PatternFinder(this.#node, names, lengths, this.#needsCodePoints);
  }

  /** Whether it is in the text. Throws {@link TooCostly}. */
  tester(): (text: string) => boolean {
    const finder = this.finder([]);
    return (text) => finder.find(text);
  }
}

/** How long a line may be for the engine of JavaScript, where it looks for the pattern anywhere and at the start alone. */
interface NativeLengths {
  readonly anywhere: number;
  readonly atStart: number;
}

/** Finds a pattern in one line after the other, and keeps what its groups took. */
export class PatternFinder {
  readonly #native: RegExp;
  readonly #nativeAtStart: RegExp;
  readonly #longest: NativeLengths;
  readonly #node: PatternNode;
  readonly #wanted: ReadonlySet<string>;
  /** For each field the groups that may have it. */
  readonly #groupsOf: readonly (readonly number[])[];
  #linear: { readonly pattern: RE2JS; readonly longest: number } | undefined;
  #found: RegExpExecArray | (string | null)[] | null = null;

  constructor(node: PatternNode, names: readonly string[], longest: NativeLengths, needsCodePoints: boolean) {
    this.#node = node;
    this.#wanted = new Set(names);
    this.#longest = longest;
    const { source, groups } = writePattern(node, this.#wanted, "javascript");
    this.#native = new RegExp(source, needsCodePoints ? "u" : "");
    this.#nativeAtStart = new RegExp(source, needsCodePoints ? "uy" : "y");
    this.#groupsOf = names.map((name) => groups.flatMap((group, index) => (group === name ? [index + 1] : [])));
  }

  /** Whether it is in the text. Throws {@link TooCostly}. */
  find(text: string): boolean {
    this.#found = text.length <= this.#longest.anywhere ? this.#native.exec(text) : this.#findInLong(text);
    return this.#found !== null;
  }

  /** What the groups of the name at `index` took in the text that was found last; of several the first that took part. */
  field(index: number): string | undefined {
    for (const group of this.#groupsOf[index]!) {
      const text = this.#found![group];
      if (text !== undefined && text !== null) return text;
    }
    return undefined;
  }

  /** Where most patterns are found, at the start, trying again costs less; what is found there is the first that there is. */
  #findInLong(text: string): RegExpExecArray | (string | null)[] | null {
    if (text.length > this.#longest.atStart) return this.#findLinear(text);
    this.#nativeAtStart.lastIndex = 0;
    return this.#nativeAtStart.exec(text) ?? this.#findLinear(text);
  }

  #findLinear(text: string): (string | null)[] | null {
    this.#linear ??= this.#compileLinear();
    const { pattern, longest } = this.#linear;
    // Whether it is there at all takes far less time than what its groups took.
    if (!pattern.test(text)) return null;
    if (text.length > longest) throw new TooCostly();
    const matcher = pattern.matcher(text);
    if (!matcher.find()) return null;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group));
  }

  #compileLinear(): { pattern: RE2JS; longest: number } {
    const { source } = writePattern(this.#node, this.#wanted, "re2");
    const pattern = RE2JS.compile(source);
    return { pattern, longest: Math.floor(mostLinearSteps / Math.max(8, pattern.programSize())) };
  }
}

/** The longest line for which the engine of JavaScript is sure to be done in time. */
function longestFor(node: PatternNode): number {
  const steps = backtrackingSteps(node);
  if (steps === undefined) return 0;
  let longest = 0;
  for (let step = 2 ** 20; step >= 1; step /= 2)
    if (stepsFor(steps, longest + step) <= mostNativeSteps) longest += step;
  return longest;
}
