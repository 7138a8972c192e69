import { z } from "zod";
import type { Filled } from "./fill.ts";
import { expectedKind, kindOf } from "./kinds.ts";
import { suggest, unknownKey } from "./nearest.ts";
import { type Path, type Problem, quote } from "./problem.ts";
import { childOf, isSecret, knownKeys, unwrap } from "./schema-shape.ts";
import { nodeAt, placeOf, type Tree } from "./tree.ts";
import { chooseOption } from "./union-option.ts";

// Sentences of ours show nothing of the value; those of a schema's author may.
const ours = "\0";

// More than are shown, so that what is left out of them is not missed.
const mostIssues = 500;

/** What `schema` finds wrong with a value. */
export async function check<T>(
  schema: z.ZodType<T>,
  tree: Tree,
  filled: Filled,
): Promise<{ data: T } | { problems: Problem[] }> {
  let result: z.ZodSafeParseResult<T>;
  try {
    result = await schema.safeParseAsync(filled.value, { error: () => ours });
  } catch {
    // Its message may quote anything.
    const text = "could not be checked, because the check itself failed; report this to the author of the schema";
    return { problems: [{ at: tree.at, path: [], text }] };
  }
  if (result.success) return { data: result.data };
  const explain = new Explanation(schema, tree, filled);
  return { problems: result.error.issues.slice(0, mostIssues).flatMap((issue) => explain.problems(issue)) };
}

class Explanation {
  readonly #schema: z.core.$ZodType;
  readonly #tree: Tree;
  readonly #filled: Filled;

  constructor(schema: z.core.$ZodType, tree: Tree, filled: Filled) {
    this.#schema = schema;
    this.#tree = tree;
    this.#filled = filled;
  }

  problems(issue: z.core.$ZodIssue, parent: Path = []): Problem[] {
    const path = [...parent, ...issue.path];
    if (this.#isReported(issue.code, path)) return [];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => this.#unknownKey(path, key));
    if (issue.code === "invalid_union" && issue.message === ours) return this.#union(issue, path);
    const text = issue.message === ours ? this.#sentence(issue, path) : this.#authorsSentence(issue.message, path);
    const at = placeOf(this.#tree, path, issue.code === "invalid_key" ? "key" : "value");
    return [{ at, path, text }];
  }

  /** Whether what is wrong is that something is left out which has been reported. */
  #isReported(code: string, path: Path): boolean {
    const isOfAll = code === "invalid_union" || code === "custom";
    return this.#filled.broken.some((broken) => isUnder(path, broken) || (isOfAll && isUnder(broken, path)));
  }

  #sentence(issue: z.core.$ZodIssue, path: Path): string {
    const node = nodeAt(this.#tree, path);
    switch (issue.code) {
      case "invalid_type":
        if (node === undefined && !this.#isHidden(path)) return this.#missing(path);
        return wrongKind(issue.expected, node);
      case "invalid_value":
        return this.#wrongValue(issue.values.map(String), path, node);
      case "too_small":
        return outOfBounds(issue.origin, "small", Number(issue.minimum), issue.inclusive ?? true);
      case "too_big":
        return outOfBounds(issue.origin, "big", Number(issue.maximum), issue.inclusive ?? true);
      case "invalid_format":
        return wrongFormat(issue.format);
      case "not_multiple_of":
        return `is no multiple of ${issue.divisor}; correct it`;
      case "invalid_key":
        return `the key ${quote(String(path.at(-1)))} is not valid: ${this.#inner(issue.issues, path)}`;
      default:
        return "is not valid; correct it";
    }
  }

  #inner(issues: readonly z.core.$ZodIssue[], path: Path): string {
    const [first] = issues;
    if (first === undefined) return "correct it";
    if (first.message !== ours) return this.#withoutHidden(first.message);
    return first.code === "invalid_value" ? suggest(String(path.at(-1)), first.values.map(String)) : wrongFormat("");
  }

  #missing(path: Path): string {
    const schema = this.#schemaAt(path);
    const name = String(path.at(-1));
    return schema !== undefined && isSecret(schema)
      ? `is missing; add it or ${quote(`${name}_file`)}`
      : "is missing; add it";
  }

  #wrongValue(values: readonly string[], path: Path, node: Tree | undefined): string {
    if (node === undefined && !this.#isHidden(path)) return this.#missing(path);
    const list = values.map((value) => quote(value)).join(", ");
    if (node?.kind !== "scalar" || this.#isHidden(path)) return `is not one of ${list}; choose one of them`;
    const given = String(node.value);
    return `${quote(given)} is not one of ${list}; ${values.length > 1 ? suggestOr(given, values) : "write that"}`;
  }

  #unknownKey(path: Path, key: string): Problem {
    const schema = this.#schemaAt(path);
    const known = schema && knownKeys(chooseOption(unwrap(schema), nodeAt(this.#tree, path) ?? this.#tree));
    return { at: placeOf(this.#tree, [...path, key], "key"), path, text: unknownKey(key, known) };
  }

  /** The problems of the option that comes nearest. */
  #union(issue: z.core.$ZodIssueInvalidUnion, path: Path): Problem[] {
    const node = nodeAt(this.#tree, path);
    const at = placeOf(this.#tree, path, "value");
    if (node === undefined && !this.#isHidden(path)) return [{ at, path, text: this.#missing(path) }];
    // Of a tag that no option has, the path leads to the tag.
    if (issue.discriminator !== undefined) {
      const tags = "options" in issue ? (issue.options ?? []) : [];
      return [{ at, path, text: this.#wrongValue(tags.map(String), path, node) }];
    }
    const options = issue.errors.filter((issues) => !issues.some(isOfWrongKind));
    const nearest = options.toSorted((a, b) => a.length - b.length)[0];
    if (nearest !== undefined) return nearest.flatMap((inner) => this.problems(inner, path));
    const kinds = issue.errors.flat().flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : []));
    return [{ at, path, text: wrongKind([...new Set(kinds)].map(expectedKind).join(" or "), node) }];
  }

  #schemaAt(path: Path): z.core.$ZodType | undefined {
    let schema: z.core.$ZodType | undefined = this.#schema;
    for (const [depth, step] of path.entries()) {
      if (schema === undefined) return undefined;
      const node = nodeAt(this.#tree, path.slice(0, depth));
      const inner: z.core.$ZodTypes = unwrap(schema);
      schema = childOf(
        node === undefined ? inner : chooseOption(inner, node),
        typeof step === "number" ? step : String(step),
      );
    }
    return schema;
  }

  /** What the author of a schema says, unless it might show what is not to be shown. */
  #authorsSentence(text: string, path: Path): string {
    if (!this.#isHidden(path)) return this.#withoutHidden(text);
    const description = z.globalRegistry.get(this.#schemaAt(path) ?? z.unknown())?.description;
    const expected = description === undefined ? "" : `; expected: ${description}`;
    return `is not valid${expected}; the value is not shown, as it is a secret or comes from the environment`;
  }

  #withoutHidden(text: string): string {
    const shows = this.#filled.hidden.some(({ texts }) =>
      texts.some((hidden) => text.includes(hidden) || text.includes(JSON.stringify(hidden).slice(1, -1))),
    );
    return shows ? "is not valid; why is not shown, as that would show a secret or the environment" : text;
  }

  #isHidden(path: Path): boolean {
    return this.#filled.hidden.some((hidden) => isUnder(path, hidden.path));
  }
}

function isUnder(path: Path, above: Path): boolean {
  return path.length >= above.length && above.every((step, index) => step === path[index]);
}

function isOfWrongKind({ code, path }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" && path.length === 0;
}

function suggestOr(given: string, values: readonly string[]): string {
  const suggestion = suggest(given, values);
  return suggestion.startsWith("did") ? suggestion : "choose one of them";
}

function wrongKind(expected: string, node: Tree | undefined): string {
  const wanted = expectedKind(expected);
  const given = node === undefined ? "something else" : kindOf(node);
  return given === "nothing"
    ? `is empty; expected ${wanted}`
    : `expected ${wanted}, not ${given}; ${remedyFor(wanted, given)}`;
}

function remedyFor(wanted: string, given: string): string {
  if (wanted === "a text" && (given === "a number" || given === "true or false")) return "put it in quotes";
  if (wanted === "a number" || wanted === "a whole number") return "write it in digits";
  if (wanted === "a list") return "write each entry on a line of its own after a hyphen";
  return wanted === "a mapping" ? "write key: value, indented, on lines below" : "correct it";
}

function outOfBounds(origin: string, side: "small" | "big", limit: number, inclusive: boolean): string {
  const most = side === "small" ? "at least" : "at most";
  if (origin === "string") {
    if (side === "small" && limit === 1) return "is empty; give it a text";
    return `is too ${side === "small" ? "short" : "long"}; write ${most} ${limit} characters`;
  }
  if (origin === "array" || origin === "set" || origin === "object") {
    return `has too ${side === "small" ? "few" : "many"} entries; give it ${most} ${limit}`;
  }
  const bound = inclusive ? `${most} ${limit}` : `${side === "small" ? "more" : "less"} than ${limit}`;
  return `is too ${side}; it must be ${bound}`;
}

function wrongFormat(format: string): string {
  switch (format) {
    case "url":
      return "is not a URL; write it as in http://localhost:8080/path";
    case "ipv4":
    case "ipv6":
      return "is not an IP address; correct it";
    default:
      return "does not have the form that is expected; correct it";
  }
}
