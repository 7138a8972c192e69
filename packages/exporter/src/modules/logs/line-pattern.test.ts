import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backtrackingSteps } from "./backtracking.ts";
import { RE2JS } from "re2js";
import { LinePattern, TooCostly } from "./line-pattern.ts";
import { writePattern } from "./pattern-source.ts";
import { parsePattern } from "./pattern-syntax.ts";
import { stepsFor } from "./step-count.ts";

const degree = (source: string): number => (backtrackingSteps(parsePattern(source))?.length ?? Infinity) - 1;

describe("a pattern", () => {
  it.each([
    ["level=(?P<level>\\w+)", "a level=warn b", { level: "warn" }],
    ["(?i)ERROR:? (?<what>.*)$", "x error: disk", { what: "disk" }],
    ["^(?<a>[^ ]+) (?:(?<b>\\d+)|-)$", "x -", { a: "x", b: undefined }],
    ["(?<v>a)|(?<v>b)", "xb", { v: "b" }],
    ["[[:alpha:]_]+\\x{3d}(?<v>[^\\]]*?)\\]", "ab=c]d]", { v: "c" }],
    ["(?<emoji>[😀-😂]+)", "so 😁😂 x", { emoji: "😁😂" }],
    ["(?<x>ä+)b{2,3}?", "ääbbb", { x: "ää" }],
    ["\\bfoo\\b(?<rest>[\\s\\S]*)\\z", "a foo\nbar", { rest: "\nbar" }],
    ["(?m)^b(?<x>.)$", "a\nbc\nd", { x: "c" }],
  ])("%s finds what its groups take, with either engine", (source, text, fields) => {
    const pattern = new LinePattern(source);
    for (const long of ["", " ".repeat(pattern.nativeLength + 1).slice(0, 20_000)]) {
      const finder = pattern.finder(Object.keys(fields));
      const line = source.startsWith("^") || source.includes("$") || source.includes("\\z") ? text : text + long;
      expect(finder.find(line)).toBe(true);
      expect(Object.keys(fields).map((_, i) => finder.field(i))).toEqual(Object.values(fields));
    }
  });

  it.each([
    ["(a", 'lacks a ")"'],
    ["a)", 'has a ")" too many'],
    ["[a", 'lacks a "]"'],
    ["[b-a]", "ends before it begins"],
    ["a{2,1}", "ends before it begins"],
    ["a**", "repeats a repetition"],
    ["*a", "with nothing before it"],
    ["(?=a)", "look-around"],
    ["(?<!a)b", "look-around"],
    ["(a)\\1", "back reference"],
    ["a\\", "ends with"],
    ["a{1001}", "1000 times"],
    ["\\y", "is not known"],
    ["[[:odd:]]", "is not known"],
    ["(".repeat(300), "deep"],
  ])("%s is refused in a sentence", (source, fault) => {
    expect(() => new LinePattern(source)).toThrow(fault);
  });
});

describe("the cost of trying again", () => {
  it.each([
    ["(a+)+$", Infinity],
    ["(a|a)*b", Infinity],
    ["(a|ab|b)*(bc|c)*$", Infinity],
    ["(?:\\w+\\s?)*$", Infinity],
    ["([a-zA-Z]+)*!", Infinity],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", Infinity],
    ["(.*a){20}x", 21],
    ["(.*)(.*)(.*)x", 4],
    ["\\d+ms", 2],
    ["^.*foo.*bar", 2],
    ['^\\S+ \\S+ \\[[^\\]]*\\] "[^"]*" \\d+', 1],
    ['^(?:[^"\\\\]|\\\\.)*$', 1],
    ["status=(\\d+)", 1],
    ["^(\\d+\\.)*x", 1],
  ])("of %s is of the degree %d", (source, expected) => {
    expect(degree(source)).toBe(expected);
  });

  it("counts ways that are many without any loop", () => {
    expect(new LinePattern("^(a?){30}a{30}$").nativeLength).toBe(0);
    expect(new LinePattern("^(?:a|b|ab)(?:a|b|ab)(?:a|b|ab)x").nativeLength).toBeGreaterThan(1000);
  });

  it("counts what is tried in vain, as in a long list of words", () => {
    const words = Array.from({ length: 300 }, (_, i) => `word${i}`).join("|");
    expect(new LinePattern(words).nativeLength).toBeLessThan(new LinePattern("word1|word2").nativeLength / 10);
  });

  it("bounds the ways that there are, whatever the pattern and the text", () => {
    const { node: pattern } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("a", "b", "[ab]", "."),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => `${a}${b}`),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
        fc.tuple(tie("node"), fc.constantFrom("*", "+", "?", "{0,2}", "{2}")).map(([a, times]) => `(?:${a})${times}`),
      ),
    }));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc]{0,14}$/), (source, text) => {
        const bound = backtrackingSteps(parsePattern(source));
        if (bound !== undefined) expect(stepsOf(source, text)).toBeLessThanOrEqual(stepsFor(bound, text.length + 1));
      }),
      { numRuns: 3000 },
    );
  });
});

it("is found by either engine where it is found by the other", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    "[^a]",
    ".",
    "^",
    "$",
    "\\b",
    "(?i)B",
    "(?:ab|a)*",
    "(?:b+?|é){1,3}",
    "(?<x>a|b)?",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.stringMatching(/^[abcBé\n]{0,10}$/), (pieces, text) => {
      const node = parsePattern(pieces.join(""));
      const [native, linear] = (["javascript", "re2"] as const).map(
        (dialect) => writePattern(node, new Set(), dialect).source,
      );
      expect(new RegExp(native!).test(text)).toBe(RE2JS.compile(linear!).matcher(text).find());
    }),
    { numRuns: 1000 },
  );
});

describe("a hostile line", () => {
  it.each([
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "(.*)(.*)(.*)(.*)x",
    "(.*a){12}x",
    "(a?){30}a{30}$",
    "(?<x>\\d+)ms",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "([a-zA-Z0-9])(([.-]|[_]+)?([a-zA-Z0-9]+))*(@){1}x",
  ])("takes %s no longer than a scrape can wait", (source) => {
    const pattern = new LinePattern(source);
    const finder = pattern.finder(pattern.names);
    let longest = 0;
    for (const text of [
      "a".repeat(65_000) + "!",
      "1".repeat(65_000),
      "a".repeat(29) + "b".repeat(60_000),
      "a1.-_".repeat(9000),
    ]) {
      for (const length of [Math.min(pattern.nativeLength, text.length), text.length]) {
        // By its own clock, as others may have the cores.
        const before = process.cpuUsage();
        try {
          finder.find(text.slice(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(TooCostly);
        }
        const { user, system } = process.cpuUsage(before);
        longest = Math.max(longest, (user + system) / 1000);
      }
    }
    // A fifth of a second, on a machine that does much else; some milliseconds on others.
    expect(longest).toBeLessThan(200);
  });
});

/** How many steps one takes who tries every way, from every place on, as an engine does where the pattern is not found. */
function stepsOf(source: string, text: string): number {
  let steps = 0;
  type Node = ReturnType<typeof parsePattern>;
  const walk = (node: Node, at: number, then: (at: number) => void): void => {
    switch (node.kind) {
      case "set":
        if (at >= text.length) return;
        if (!node.set.some(([first, last]) => first <= text.codePointAt(at)! && text.codePointAt(at)! <= last)) return;
        steps++;
        then(at + 1);
        return;
      case "sequence": {
        const next = (index: number, from: number): void =>
          index === node.items.length ? then(from) : walk(node.items[index]!, from, (to) => next(index + 1, to));
        next(0, at);
        return;
      }
      case "choice":
        for (const option of node.options) walk(option, at, then);
        return;
      case "repeat": {
        const turn = (count: number, from: number): void => {
          if (count < node.max)
            walk(node.item, from, (to) => (to > from || count < node.min ? turn(count + 1, to) : undefined));
          if (count >= node.min) then(from);
        };
        turn(0, at);
        return;
      }
      case "group":
        walk(node.item, at, then);
        return;
      default:
        then(at);
    }
  };
  for (let from = 0; from <= text.length; from++) {
    steps++;
    walk(parsePattern(source), from, () => {});
    if (steps > 1e7) break;
  }
  return steps;
}
