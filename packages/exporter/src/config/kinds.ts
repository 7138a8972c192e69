import type { Tree } from "./tree.ts";

/** What a value is, in the words of its author. */
export function kindOf(tree: Tree): string {
  if (tree.kind === "map") return "a mapping";
  if (tree.kind === "list") return "a list";
  switch (typeof tree.value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "nothing";
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "nothing",
};

/** The same for what a schema expects. */
export function expectedKind(type: string): string {
  return kinds[type] ?? type;
}
