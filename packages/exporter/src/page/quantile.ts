/**
 * The value that a share `quantile` of the observations does not exceed, as Prometheus's `histogram_quantile` has it:
 * `counts` are those of each bucket alone, whose upper bounds, in their order, end with infinity. NaN without observations.
 */
export function quantileOf(quantile: number, bounds: readonly number[], counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return Number.NaN;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (below + count < rank || count === 0) {
      below += count;
      continue;
    }
    const upper = bounds[index]!;
    // Nobody knows how far above the last bound they are.
    if (upper === Infinity) return index === 0 ? Number.NaN : bounds[index - 1]!;
    const lower = index === 0 ? Math.min(0, upper) : bounds[index - 1]!;
    return lower + (upper - lower) * ((rank - below) / count);
  }
  // Rounding left the rank above all there are.
  return bounds.findLast((bound) => bound !== Infinity) ?? Number.NaN;
}
