import { formatPlace, type Path, type Problem } from "./problem.ts";
import type { Entry, Tree } from "./tree.ts";

/**
 * Joins the trees of several files. A key at the top may stand in one of them only, but for those of `joined`, whose
 * mappings are joined key by key, down to the last, and whose lists are appended.
 */
export function mergeTrees(trees: readonly Tree[], joined: readonly string[]): { tree?: Tree; problems: Problem[] } {
  const problems: Problem[] = [];
  const [first, ...others] = trees;
  let tree = first;
  for (const other of others) tree = join(entryOf(tree!), entryOf(other), [], joined, problems);
  return tree === undefined ? { problems } : { tree, problems };
}

function join(first: Entry, second: Entry, path: Path, joined: readonly string[], problems: Problem[]): Tree {
  const { value: a } = first;
  const { value: b } = second;
  const mayJoin = path.length === 0 || joined.includes(String(path[0]));
  if (mayJoin && a.kind === "map" && b.kind === "map") {
    const entries = new Map<string, Entry>(a.entries);
    for (const [key, entry] of b.entries) {
      const before = entries.get(key);
      if (before === undefined) entries.set(key, entry);
      else {
        entries.set(key, { at: before.at, value: join(before, entry, [...path, key], joined, problems) });
      }
    }
    return { ...a, entries };
  }
  if (mayJoin && a.kind === "list" && b.kind === "list") return { ...a, items: [...a.items, ...b.items] };
  if (mayJoin && isNull(b)) return a;
  if (mayJoin && isNull(a)) return b;
  const text =
    path.length === 0
      ? "is no mapping, which several files need in order to be joined; write key: value"
      : `is given also in ${formatPlace(first.at)}; keep one of them`;
  problems.push({ at: second.at, path, text });
  return a;
}

function isNull(tree: Tree): boolean {
  return tree.kind === "scalar" && tree.value === null;
}

/** A whole file, which has no key. */
function entryOf(value: Tree): Entry {
  return { at: value.at, value };
}
