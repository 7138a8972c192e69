import type { ExpressionNode } from "./expression.ts";

/**
 * The first name on the path of an expression that a document does not have, and what it should be in; undefined where all are
 * there, as far as can be told without evaluating. So a list that is empty, or of which a filter leaves nothing, is told from
 * one that is missing.
 */
export function missingStep(node: ExpressionNode, document: unknown): string | undefined {
  switch (node.type) {
    case "path":
      return walk(node.steps ?? [], document);
    case "block":
      return node.expressions?.length === 1 ? missingStep(node.expressions[0]!, document) : undefined;
    case "function": {
      for (const argument of node.arguments ?? []) {
        const missing = argument.type === "path" ? missingStep(argument, document) : undefined;
        if (missing !== undefined) return missing;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function walk(steps: readonly ExpressionNode[], document: unknown): string | undefined {
  let values: readonly unknown[] = flat(document);
  const passed: string[] = [];
  for (const [i, { type, value }] of steps.entries()) {
    const isRoot = i === 0 && type === "variable" && (value === "" || value === "$");
    if (isRoot) continue;
    if (type !== "name" || typeof value !== "string") return undefined;
    if (values.length === 0) return undefined;
    const having = values.filter((each) => typeof each === "object" && each !== null && Object.hasOwn(each, value));
    if (having.length === 0) return `there is no ${quoted(value)} in ${passed.join(".") || "the response"}`;
    values = having.flatMap((each) => flat((each as Readonly<Record<string, unknown>>)[value]));
    passed.push(value);
  }
  return undefined;
}

function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat() : [value];
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
