import { type CharSet, lastCodePoint } from "./char-set.ts";
import type { Anchor, PatternNode } from "./pattern-syntax.ts";

/** A pattern as an engine takes it. */
export interface PatternSource {
  readonly source: string;
  /** The field of each capturing group, in their order. A name that several alternatives have stands several times. */
  readonly groups: readonly string[];
}

/** Which engine a pattern is written for. */
export type Dialect = "javascript" | "re2";

/** Writes a pattern for an engine; of its groups those of the wanted names capture, for each costs time. */
export function writePattern(node: PatternNode, wanted: ReadonlySet<string>, dialect: Dialect): PatternSource {
  const groups: string[] = [];
  const write = (part: PatternNode): string => {
    switch (part.kind) {
      case "set":
        return writeSet(part.set, dialect);
      case "sequence":
        return part.items.map((item) => (item.kind === "choice" ? `(?:${write(item)})` : write(item))).join("");
      case "choice":
        return part.options.map(write).join("|");
      case "repeat": {
        const item = write(part.item);
        const atom = part.item.kind === "set" || part.item.kind === "group" ? item : `(?:${item})`;
        return `${atom}${quantifier(part.min, part.max)}${part.lazy ? "?" : ""}`;
      }
      case "group": {
        if (!wanted.has(part.name)) return `(?:${write(part.item)})`;
        groups.push(part.name);
        return `(${write(part.item)})`;
      }
      default:
        return anchors[dialect][part.at];
    }
  };
  return { source: write(node), groups };
}

/** The names of a pattern's groups. */
export function groupNames(node: PatternNode): string[] {
  switch (node.kind) {
    case "sequence":
      return node.items.flatMap(groupNames);
    case "choice":
      return node.options.flatMap(groupNames);
    case "repeat":
      return groupNames(node.item);
    case "group":
      return [node.name, ...groupNames(node.item)];
    default:
      return [];
  }
}

const anchors: Readonly<Record<Dialect, Readonly<Record<Anchor, string>>>> = {
  javascript: {
    start: "^",
    end: "$",
    // Not the flag m, which would hold for the whole pattern, and not look-behind that tries again: one character is seen.
    "line-start": String.raw`(?<![^\n])`,
    "line-end": String.raw`(?![^\n])`,
    boundary: String.raw`\b`,
    "no-boundary": String.raw`\B`,
  },
  re2: {
    start: String.raw`\A`,
    end: String.raw`\z`,
    "line-start": "(?m:^)",
    "line-end": "(?m:$)",
    boundary: String.raw`\b`,
    "no-boundary": String.raw`\B`,
  },
};

function quantifier(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writeSet(set: CharSet, dialect: Dialect): string {
  if (set.length === 0) return dialect === "re2" ? String.raw`[^\x{0}-\x{10FFFF}]` : "[]";
  const [[first, last]] = set as [readonly [number, number]];
  if (set.length === 1 && first === last) return writeChar(first, dialect);
  return `[${set.map(([from, to]) => (from === to ? writeChar(from, dialect) : `${writeChar(from, dialect)}-${writeChar(to, dialect)}`)).join("")}]`;
}

function writeChar(code: number, dialect: Dialect): string {
  if (/[A-Za-z0-9 "',:;=_/<>@#%&~!]/.test(String.fromCodePoint(code)) && code < 0x80) return String.fromCodePoint(code);
  const hex = code.toString(16);
  if (dialect === "re2") return `\\x{${hex}}`;
  // Without the flag u there are code units alone; who asks for what lies above has the flag.
  return code > 0xff_ff ? (code === lastCodePoint ? String.raw`\uffff` : `\\u{${hex}}`) : `\\u${hex.padStart(4, "0")}`;
}
