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
  return new Map([...groups].toSorted(([a], [b]) => Number(own.test(a)) - Number(own.test(b)) || (a < b ? -1 : 1)));
}

function startOf(name: string, words: number): string {
  return name
    .split(/[_.:/]/)
    .slice(0, words)
    .join("_");
}
