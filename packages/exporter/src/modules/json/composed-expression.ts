import { type Expression, nodeOf, parseExpression } from "./expression.ts";

/** The expressions of a metric as one that finds all its items: only so can they name their parents by `%`. */
export interface ComposedExpression {
  readonly expression: Expression;
  /** What finds the items, by itself. */
  readonly each: Expression;
  /** The part of it that stands at a position, as the configuration calls it. */
  partAt(position: number | undefined): string | undefined;
}

/** Makes one expression of `each` and of what is to be found in each item, by a name each. Throws jsonata's errors. */
export function composeExpression(
  each: string,
  parts: ReadonlyMap<string, string>,
  milliseconds: number,
): ComposedExpression {
  const alone = parseExpression(each, milliseconds);
  const { type, group } = nodeOf(alone);
  // Within parentheses it is the same, but for paths: only in a path of one piece do all steps have a parent.
  const head = type === "path" && group === undefined ? each : `(${each})`;
  const ends: { readonly part: string; readonly end: number }[] = [{ part: "each", end: head.length }];
  let text = `${head}.{`;
  for (const [part, source] of parts) {
    // A comment at the end of a line would take what follows along.
    text += `${ends.length > 1 ? "," : ""}${JSON.stringify(part)}:${source}\n`;
    ends.push({ part, end: text.length });
  }
  const expression = parseExpression(`${text}}`, milliseconds);
  return {
    expression,
    each: alone,
    partAt: (position) => (position === undefined ? undefined : ends.find(({ end }) => position <= end)?.part),
  };
}
