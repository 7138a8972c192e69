import type { Collector } from "./collector.ts";

/** Collectors in the order in which their families are added: of two families that clash, it is the later one that is left out. */
export function byPrecedence(collectors: readonly Collector[]): Collector[] {
  return collectors.toSorted((a, b) => Number(a.givesWay ?? false) - Number(b.givesWay ?? false));
}
