import type { WireFamily } from "../wire.ts";

/** Groups of what an exporter tells of itself: they come last. */
const own = /^(?:exporterkit|nodejs|process)(?:_|$)/;

/** The group of those that would be alone in theirs. */
const various = "various";

/** Families by the beginning of their names: two words, or one where two would be a group of one. */
export function groupFamilies(families: readonly WireFamily[]): Map<string, WireFamily[]> {
  const numbers = new Map<string, number>();
  for (const { name } of families) {
    const start = startOf(name, 2);
    numbers.set(start, (numbers.get(start) ?? 0) + 1);
  }
  const groups = new Map<string, WireFamily[]>();
  for (const family of families) {
    const start = startOf(family.name, 2);
    const name = numbers.get(start)! > 1 && !own.test(start) ? start : startOf(family.name, 1);
    groups.set(name, [...(groups.get(name) ?? []), family]);
  }
  const alone = [...groups].filter(([name, members]) => members.length === 1 && !own.test(name));
  if (alone.length > 1) {
    for (const [name] of alone) groups.delete(name);
    groups.set(various, [...(groups.get(various) ?? []), ...alone.flatMap(([, members]) => members)]);
  }
  // What is left over of a prefix comes after the groups of that prefix.
  const prefixes = new Set([...groups.keys()].filter((name) => name.includes("_")).map((name) => startOf(name, 1)));
  const sorted = Array.from(groups, ([name, members]) => {
    return { name, members, key: `${own.test(name) ? 1 : 0} ${name}${prefixes.has(name) ? "_~" : ""}` };
  }).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(sorted.map(({ name, members }) => [name, members]));
}

function startOf(name: string, words: number): string {
  return name
    .split(/[_.:/]/)
    .slice(0, words)
    .join("_");
}
