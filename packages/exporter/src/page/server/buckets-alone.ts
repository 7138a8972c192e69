import type { WireLine } from "../wire.ts";

/** The upper bound that a line is of. */
export function boundOf({ labels }: WireLine): number {
  return Number(labels["le"]?.replace("Inf", "Infinity"));
}

/** The rates of each bucket alone, in the order of the bounds, from those that have what is below in them. */
export function bucketsAlone(bounds: readonly number[], lines: readonly WireLine[]): WireLine[] {
  const byBound = new Map(lines.map((line) => [boundOf(line), line.values]));
  let below: readonly (number | null)[] = [];
  return bounds.map((bound) => {
    const upTo = byBound.get(bound) ?? [];
    const values = upTo.map((value, index) => (value === null ? null : Math.max(0, value - (below[index] ?? 0))));
    below = upTo;
    return { labels: { le: String(bound) }, values };
  });
}
