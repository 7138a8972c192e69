/** Characters, as ranges of code points that are sorted and do not touch. */
export type CharSet = readonly (readonly [first: number, last: number])[];

/** The last code point that there is. */
export const lastCodePoint = 0x10_ff_ff;

/** Every character that is in one of the sets. */
export function union(...sets: readonly CharSet[]): CharSet {
  const merged: [number, number][] = [];
  for (const [first, last] of sets.flat().toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Every character that is not in the set. */
export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return gaps;
}

/** The set of the characters of a text. */
export function charsOf(text: string): CharSet {
  return union(Array.from(text, (char) => [char.codePointAt(0)!, char.codePointAt(0)!] as const));
}

/** The set with the other case of each of its letters. */
export function foldCase(set: CharSet): CharSet {
  const others: [number, number][] = [];
  for (const [first, last] of set) {
    // What lies beyond is so wide a range that it has both cases of whatever it has.
    for (let code = first; code <= Math.min(last, first + 2000); code++) {
      const char = String.fromCodePoint(code);
      for (const other of [char.toLowerCase(), char.toUpperCase()]) {
        const folded = other.codePointAt(0)!;
        if (String.fromCodePoint(folded) === other) others.push([folded, folded]);
      }
    }
  }
  return union(set, others);
}

const range = (first: string, last: string): CharSet => [[first.codePointAt(0)!, last.codePointAt(0)!]];
const digit = range("0", "9");
const lower = range("a", "z");
const upper = range("A", "Z");

/** What `\d`, `\w` and `\s` are, of ASCII alone as in Go, and every character but the end of a line. */
export const classes: Readonly<Record<"digit" | "word" | "space" | "notNewline" | "any", CharSet>> = {
  digit,
  word: union(digit, lower, upper, charsOf("_")),
  space: charsOf("\t\n\f\r "),
  notNewline: complement(charsOf("\n")),
  any: complement([]),
};

/** What stands for `[[:alpha:]]` and its like. */
export const posixClasses: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ["alnum", union(digit, lower, upper)],
  ["alpha", union(lower, upper)],
  ["ascii", [[0, 0x7f]]],
  ["blank", charsOf("\t ")],
  ["cntrl", union([[0, 0x1f]], charsOf("\u007f"))],
  ["digit", digit],
  ["graph", range("!", "~")],
  ["lower", lower],
  ["print", range(" ", "~")],
  ["punct", union(range("!", "/"), range(":", "@"), range("[", "`"), range("{", "~"))],
  ["space", charsOf("\t\n\u000b\f\r ")],
  ["upper", upper],
  ["word", classes.word],
  ["xdigit", union(digit, range("a", "f"), range("A", "F"))],
]);
