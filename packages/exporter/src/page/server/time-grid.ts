import type { PrometheusSeries } from "./prometheus-client.ts";
import { asJson } from "./plot-of.ts";

/** How many points in time a plot has. */
const points = 240;
/** Seconds between two of them at least. */
const shortestStep = 5;

/** Seconds over which rates are taken at least: two scrapes that are a minute apart. */
export const shortestRange = 120;

/** Points in time, as `query_range` takes them. */
export interface TimeGrid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * Those of the last so many seconds, the last of them soon after now: a whole step ahead Prometheus may have nothing of what it
 * still has now.
 */
export function timeGrid(seconds: number): TimeGrid {
  const step = Math.max(shortestStep, Math.ceil(seconds / points));
  const end = Math.ceil(Date.now() / 1000 / shortestStep) * shortestStep;
  return { start: end - Math.floor(seconds / step) * step, end, step };
}

/** The points, in seconds since the Unix epoch. */
export function timesOf({ start, end, step }: TimeGrid): number[] {
  return Array.from({ length: (end - start) / step + 1 }, (_, index) => start + index * step);
}

/** The numbers of a series at the points. */
export function valuesAt({ start, end, step }: TimeGrid, { values = [] }: PrometheusSeries): (number | null)[] {
  const line: (number | null)[] = Array.from({ length: (end - start) / step + 1 }, () => null);
  for (const [time, value] of values) line[Math.round((time - start) / step)] = asJson(Number(value));
  return line;
}
