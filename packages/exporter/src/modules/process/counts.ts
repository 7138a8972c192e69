/** What of a process or thread only grows. */
export const countNames = [
  "userSeconds",
  "systemSeconds",
  "readBytes",
  "writtenBytes",
  "majorFaults",
  "minorFaults",
  "voluntarySwitches",
  "involuntarySwitches",
] as const;

/** The numbers by name; undefined where they could not be read. */
export type ReadCounts = Record<(typeof countNames)[number], number | undefined>;

/** Sums of them over time. */
export type Counts = Record<(typeof countNames)[number], number>;

/** Sums of nothing yet. */
export function noCounts(): Counts {
  return {
    userSeconds: 0,
    systemSeconds: 0,
    readBytes: 0,
    writtenBytes: 0,
    majorFaults: 0,
    minorFaults: 0,
    voluntarySwitches: 0,
    involuntarySwitches: 0,
  };
}

/**
 * Adds to `totals` what has come on top from `before` to `now`. What could not be read before or now adds nothing, nor does
 * what has fallen.
 */
export function addGrowth(totals: Counts, before: ReadCounts, now: ReadCounts): void {
  for (const name of countNames) {
    const growth = (now[name] ?? NaN) - (before[name] ?? NaN);
    if (growth > 0) totals[name] += growth;
  }
}

/** The latest number that could be read of each. */
export function latest(before: ReadCounts, now: ReadCounts): ReadCounts {
  const counts = { ...now };
  for (const name of countNames) counts[name] ??= before[name];
  return counts;
}
