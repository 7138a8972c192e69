import type { Path, Place } from "./problem.ts";

/** A YAML value that knows where it stands. */
export type Tree = MapTree | ListTree | ScalarTree;

/** A mapping. */
export interface MapTree {
  readonly kind: "map";
  readonly at: Place;
  readonly entries: Map<string, Entry>;
}

/** One key of a mapping and what it has. */
export interface Entry {
  readonly at: Place;
  readonly value: Tree;
}

/** A sequence. */
export interface ListTree {
  readonly kind: "list";
  readonly at: Place;
  readonly items: readonly Tree[];
}

/** A text, number, boolean or null. */
export interface ScalarTree {
  readonly kind: "scalar";
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** What the file says where variables of the environment were put in its place. */
  readonly written?: string;
  /** The values of those variables. */
  readonly variables?: readonly string[];
  /** It has been reported, and has no value. */
  readonly broken?: boolean;
}

/**
 * Where to point for a path: at the key, if the problem is with the key, or else at the value; where there is none, at the
 * nearest that holds it.
 */
export function placeOf(tree: Tree, path: Path, what: "key" | "value"): Place {
  let at = tree.at;
  let node: Tree | undefined = tree;
  for (const [depth, step] of path.entries()) {
    const entry: Entry | undefined = node?.kind === "map" ? node.entries.get(String(step)) : undefined;
    const item: Tree | undefined = node?.kind === "list" ? node.items[Number(step)] : entry?.value;
    if (item === undefined) return at;
    const last = depth === path.length - 1;
    // What is wrong with a mapping or a sequence is best seen where it begins, at its key.
    at = entry !== undefined && (item.kind !== "scalar" || (last && what === "key")) ? entry.at : item.at;
    node = item;
  }
  return at;
}

/** What stands at a path, if anything does. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const step of path) {
    if (node?.kind === "map") node = node.entries.get(String(step))?.value;
    else if (node?.kind === "list") node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}
