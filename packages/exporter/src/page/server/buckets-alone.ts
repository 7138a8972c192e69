import type { WireLine } from "../wire.ts";
import type { PrometheusSeries } from "./prometheus-client.ts";
import { type TimeGrid, valuesAt } from "./time-grid.ts";

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

/** The same of native histograms: each of their buckets belongs to the first bound that is not below its end. */
export function nativeBuckets(bounds: readonly number[], grid: TimeGrid, series?: PrometheusSeries): WireLine[] {
  const histograms = series?.histograms ?? [];
  return bounds.map((bound, index) => {
    const below = bounds[index - 1] ?? -Infinity;
    const values = histograms.map(([time, { buckets = [] }]) => {
      const count = buckets.reduce((sum, [, , upper, observed]) => {
        return below < Number(upper) && Number(upper) <= bound ? sum + Number(observed) : sum;
      }, 0);
      return [time, String(count)] as const;
    });
    return { labels: { le: String(bound) }, values: valuesAt(grid, { metric: {}, values }) };
  });
}
