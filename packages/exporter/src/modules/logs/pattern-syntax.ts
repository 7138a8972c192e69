import { charsOf, type CharSet, classes, complement, foldCase, posixClasses, union } from "./char-set.ts";

/** A regular expression, read. */
export type PatternNode =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly item: PatternNode;
      readonly min: number;
      /** `Infinity` for any number. */
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: "group"; readonly name: string; readonly item: PatternNode }
  | { readonly kind: "anchor"; readonly at: Anchor };

/** Where a pattern may be held. */
export type Anchor = "start" | "end" | "line-start" | "line-end" | "boundary" | "no-boundary";

/** How deep groups may lie in each other. */
const deepest = 200;
const mostRepeats = 1000;

/**
 * Reads a regular expression in the syntax that Go and JavaScript have in common, with named groups as `(?<x>…)` or `(?P<x>…)`, the flags
 * `i`, `s` and `m` as `(?i)`, and POSIX classes. Throws a sentence if it is malformed, or has what takes more than linear
 * time: back references and look-around.
 */
export function parsePattern(source: string): PatternNode {
  return new PatternReader(source).read();
}

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
}

class PatternReader {
  readonly #source: string;
  #at = 0;
  #depth = 0;
  #flags: Flags = { i: false, s: false, m: false };

  constructor(source: string) {
    this.#source = source;
  }

  read(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) this.#fail('has a ")" too many; write \\) for the character');
    return node;
  }

  #choice(): PatternNode {
    if (++this.#depth > deepest) this.#fail(`has groups more than ${deepest} deep; make it simpler`);
    const before = this.#flags;
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    // Flags hold until the end of the group.
    this.#flags = before;
    this.#depth--;
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at]!)) {
      const atom = this.#atom();
      if (atom !== undefined) items.push(this.#repeated(atom));
    }
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  #repeated(item: PatternNode): PatternNode {
    const [text, min, comma, max] =
      this.#match(/[*+?]|\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/y) ?? ([] as readonly (string | undefined)[]);
    if (text === undefined) return item;
    const bounds = text.startsWith("{")
      ? ([Number(min), comma === undefined ? Number(min) : Number(max ?? Infinity)] as const)
      : ({ "*": [0, Infinity], "+": [1, Infinity], "?": [0, 1] } as const)[text as "*" | "+" | "?"];
    if (bounds[0] > mostRepeats || (bounds[1] > mostRepeats && bounds[1] !== Infinity)) {
      this.#fail(`repeats ${text}; ${mostRepeats} times are the most`);
    }
    if (bounds[1] < bounds[0]) this.#fail(`repeats ${text}, which ends before it begins; turn the numbers around`);
    const lazy = this.#take("?");
    if (this.#match(/[*+]|\{\d{1,9}(?:,\d{0,9})?\}/y) !== undefined) {
      this.#fail("repeats a repetition; put the inner one into (?:…)");
    }
    return { kind: "repeat", item, min: bounds[0], max: bounds[1], lazy };
  }

  /** Undefined for flags, which match nothing themselves. */
  #atom(): PatternNode | undefined {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
    this.#at += char.length;
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return this.#set(this.#bracket());
      case ".":
        return { kind: "set", set: this.#flags.s ? classes.any : classes.notNewline };
      case "^":
        return { kind: "anchor", at: this.#flags.m ? "line-start" : "start" };
      case "$":
        return { kind: "anchor", at: this.#flags.m ? "line-end" : "end" };
      case "*":
      case "+":
      case "?":
        return this.#fail(`has a "${char}" with nothing before it; write \\${char} for the character`);
      case "\\":
        return this.#escape();
      default:
        return this.#set(charsOf(char));
    }
  }

  #group(): PatternNode | undefined {
    if (!this.#take("?")) return this.#closed(this.#choice());
    const name = this.#match(/P?<([A-Za-z_@][\w.@-]*)>/y)?.[1];
    if (name !== undefined) return { kind: "group", name, item: this.#closed(this.#choice()) };
    if (this.#match(/P?<?[=!]|P?>/y) !== undefined) {
      this.#fail("has look-around or an atomic group, which cannot be matched in linear time; do without it");
    }
    const [, on = "", off = "", end] = this.#match(/([ism]*)(?:-([ism]+))?([:)])/y) ?? [];
    if (end === undefined) this.#fail("has a group that begins with (? in a way that is not known");
    const before = this.#flags;
    const flag = (letter: keyof Flags): boolean => !off.includes(letter) && (on.includes(letter) || before[letter]);
    this.#flags = { i: flag("i"), s: flag("s"), m: flag("m") };
    if (end === ")") return undefined;
    const item = this.#closed(this.#choice());
    this.#flags = before;
    return item;
  }

  #closed(node: PatternNode): PatternNode {
    if (!this.#take(")")) this.#fail('lacks a ")"');
    // Not to be taken for a sequence by what stands behind it.
    return node;
  }

  #escape(): PatternNode {
    const [letter] = this.#match(/[AzZbB1-9Qk]/y) ?? [];
    switch (letter) {
      case undefined:
        return this.#set(this.#escaped());
      case "A":
        return { kind: "anchor", at: "start" };
      case "b":
        return { kind: "anchor", at: "boundary" };
      case "B":
        return { kind: "anchor", at: "no-boundary" };
      case "z":
      case "Z":
        return { kind: "anchor", at: "end" };
      default:
        return this.#fail(
          letter === "Q"
            ? "has \\Q; escape each character"
            : "has a back reference, which cannot be matched in linear time; do without it",
        );
    }
  }

  /** What stands behind a backslash, in a bracket or outside. */
  #escaped(): CharSet {
    const hex = this.#match(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
    if (hex !== undefined) {
      const code = Number.parseInt((hex[1] ?? hex[2] ?? hex[3])!, 16);
      if (code > 0x10_ff_ff) this.#fail(`has the character \\x{${hex[1]}}, which does not exist`);
      return [[code, code]];
    }
    if (this.#at >= this.#source.length) this.#fail('ends with "\\"; write \\\\ for the character');
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
    this.#at += char.length;
    switch (char) {
      case "d":
        return classes.digit;
      case "D":
        return complement(classes.digit);
      case "w":
        return classes.word;
      case "W":
        return complement(classes.word);
      case "s":
        return classes.space;
      case "S":
        return complement(classes.space);
      case "h":
        return charsOf("\t ");
      case "t":
        return charsOf("\t");
      case "n":
        return charsOf("\n");
      case "r":
        return charsOf("\r");
      case "f":
        return charsOf("\f");
      case "v":
        return charsOf("\v");
      case "a":
        return charsOf("\u0007");
      case "e":
        return charsOf("\u001b");
      case "0":
        return [[0, 0]];
      default:
        if (/[A-Za-z]/.test(char)) this.#fail(`has \\${char}, which is not known`);
        return charsOf(char);
    }
  }

  #bracket(): CharSet {
    const isNegated = this.#take("^");
    let set: CharSet = [];
    for (let isFirst = true; isFirst || this.#source[this.#at] !== "]"; isFirst = false) {
      if (this.#at >= this.#source.length) this.#fail('lacks a "]"');
      const from = this.#member();
      const isRange = this.#source[this.#at] === "-" && this.#source[this.#at + 1] !== "]" && isOne(from);
      if (!isRange) {
        set = union(set, from);
        continue;
      }
      this.#at++;
      const to = this.#member();
      if (!isOne(to) || to[0]![0] < from[0]![0]) this.#fail("has a range in [] that ends before it begins");
      set = union(set, [[from[0]![0], to[0]![0]]]);
    }
    this.#at++;
    const folded = this.#flags.i ? foldCase(set) : set;
    return isNegated ? complement(folded) : folded;
  }

  #member(): CharSet {
    const posix = this.#match(/\[:(\^?)([a-z]+):\]/y);
    if (posix !== undefined) {
      const set = posixClasses.get(posix[2]!);
      if (set === undefined) return this.#fail(`has the class ${posix[0]}, which is not known`);
      return posix[1] === "^" ? complement(set) : set;
    }
    if (this.#take("\\")) return this.#take("b") ? charsOf("\b") : this.#escaped();
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
    this.#at += char.length;
    return charsOf(char);
  }

  #set(set: CharSet): PatternNode {
    return { kind: "set", set: this.#flags.i ? foldCase(set) : set };
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #fail(fault: string): never {
    const near = this.#source.slice(0, this.#at).slice(-24);
    throw new Error(`is no regular expression that is taken: near "${near}" it ${fault}`);
  }
}

function isOne(set: CharSet): boolean {
  return set.length === 1 && set[0]![0] === set[0]![1];
}
