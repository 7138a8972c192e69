import { isDate, type Unit } from "./units.ts";

/** The numbers between which an axis goes, for lines from `min` to `max`. `top` is the highest number that there can be. */
export function axisRange(
  min: number | null,
  max: number | null,
  unit: Unit,
  top: number | undefined,
): [number, number] {
  const isTime = unit === "timestamp" && isDate(min ?? 0) && isDate(max ?? 0);
  const [low, high] = isTime ? aroundTime(min, max) : rangeOf(min, max, top);
  return [Math.max(low, -Number.MAX_VALUE), Math.min(high, Number.MAX_VALUE)];
}

/** From zero, unless what there is lies far above it and moves little. */
function rangeOf(min: number | null, max: number | null, top: number | undefined): [number, number] {
  if (min === null || max === null) return [0, top ?? 1];
  if (min >= 0) {
    const isFlat = max - min < max * 0.2 && min > 0;
    if (top !== undefined) return [0, top];
    // A line that hardly moves is looked at from nearer, but never so near that noise becomes mountains.
    if (isFlat && max - min > max * 0.001) return padded(min, max);
    return max === 0 ? [0, 1] : [0, max * 1.1];
  }
  return max <= 0 ? [min * 1.1, max === 0 ? 0 : max * 0.9] : padded(min, max);
}

/** Points in time are far from zero. Those that are no dates would be farther than a minute can tell apart. */
function aroundTime(min: number | null, max: number | null): [number, number] {
  return [(min ?? 0) - 60, (max ?? 0) + 60];
}

function padded(min: number, max: number): [number, number] {
  const space = (max - min) * 0.15;
  return [min - space, max + space];
}
