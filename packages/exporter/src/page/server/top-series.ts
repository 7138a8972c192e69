import type { PrometheusSeries } from "./prometheus-client.ts";

/** The series with the highest last numbers, so many at most, the highest first. */
export function topSeries(series: readonly PrometheusSeries[], most: number): PrometheusSeries[] {
  return series
    .map((each) => ({ each, last: lastOf(each) }))
    .toSorted((a, b) => (a.last === b.last ? 0 : b.last - a.last))
    .slice(0, most)
    .map(({ each }) => each);
}

function lastOf({ values = [] }: PrometheusSeries): number {
  return Number(values.findLast(([, value]) => Number.isFinite(Number(value)))?.[1] ?? -Infinity);
}

/** How much of so many each gets that wants some: as much as others at least, or all that it wants. */
export function fairShares(wanted: readonly number[], most: number): number[] {
  const shares = wanted.map(() => 0);
  const modestFirst = [...wanted.keys()].toSorted((a, b) => wanted[a]! - wanted[b]!);
  let left = most;
  for (const [before, index] of modestFirst.entries()) {
    shares[index] = Math.min(wanted[index]!, Math.floor(left / (wanted.length - before)));
    left -= shares[index];
  }
  return shares;
}
