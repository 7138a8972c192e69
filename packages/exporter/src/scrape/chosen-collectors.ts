import { queryOf } from "../query-of.ts";

/** The collectors that a request asks for, or why it cannot have them. */
export type Choice = { readonly names: ReadonlySet<string> } | { readonly problem: string };

/**
 * The collectors that a request's query asks for: those of its `collect[]` parameters, all but those of `exclude[]`, or all;
 * as node_exporter takes them.
 */
export function chosenCollectors(target: string, known: readonly string[]): Choice {
  const parameters = queryOf(target);
  const collect = parameters.getAll("collect[]");
  const exclude = parameters.getAll("exclude[]");
  if (collect.length > 0 && exclude.length > 0) {
    return { problem: "collect[] and exclude[] cannot be combined; use one of them." };
  }
  const unknown = [...collect, ...exclude].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const quoted = JSON.stringify(unknown.length > 100 ? `${unknown.slice(0, 100)}…` : unknown);
    return { problem: `There is no collector ${quoted}; there are ${known.join(", ")}.` };
  }
  return { names: new Set(collect.length > 0 ? collect : known.filter((name) => !exclude.includes(name))) };
}
