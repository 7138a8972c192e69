import jsonata from "jsonata";
import { messageOf } from "../../exporter-error.ts";

/** An expression that was parsed. */
export type Expression = jsonata.Expression;

/** A node of an expression's syntax tree. jsonata's own type leaves out `path`, and what it adds to steps. */
export interface ExpressionNode {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly ExpressionNode[];
  readonly arguments?: readonly ExpressionNode[];
  readonly expressions?: readonly ExpressionNode[];
  readonly group?: unknown;
}

/** What an error quotes of a document may be long. */
const longestReason = 300;

/** How long a list that an expression makes may be, and how deep its functions may call each other. */
const mostItems = 1_000_000;
const deepestCalls = 400;

/**
 * Parses an expression, which has `$entries` besides JSONata's own functions. It gives up after some time where it looks at the
 * clock, which it does not within a regular expression or a function of JSONata. Throws jsonata's errors.
 */
export function parseExpression(text: string, milliseconds: number): Expression {
  const expression = jsonata(text, { timeout: milliseconds, stack: deepestCalls, sequence: mostItems });
  expression.registerFunction("entries", entriesOf);
  return expression;
}

/** The syntax tree of an expression. */
export function nodeOf(expression: Expression): ExpressionNode {
  return expression.ast();
}

/** What was thrown says, which is no `Error` where an expression threw it; and nothing of its causes, which may quote a document. */
export function reasonOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  const text = typeof message === "string" ? message : messageOf(error);
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}

function entriesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => entriesOf(item) ?? []);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([key, entry]) => ({ key, value: entry as unknown }));
}

/** What is wrong with an expression that cannot be parsed, undefined if nothing is. */
export function syntaxProblem(text: string): string | undefined {
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    const { code, position } = error as { code?: string; position?: number };
    // % has a meaning only behind the items that it is the parent of.
    if (code === "S0217") return undefined;
    const where = position === undefined ? "" : ` at character ${position}`;
    return `is no JSONata expression: ${reasonOf(error)}${where}${remedyFor(text)}`;
  }
}

/** Where a JSONPath or jq expression of another exporter was brought along. */
function remedyFor(text: string): string {
  const path = /^\s*\{?\s*\.([\w.]+)\s*\}?\s*$/.exec(text)?.[1];
  return path === undefined
    ? "; see jsonata.org"
    : `; JSONata has neither braces nor a dot at the start: write ${path}`;
}
