/** What the containers of a pod use, as one sample says. */
export interface PodUsage {
  /** Their names, and at the same places what they use. */
  readonly names: readonly string[];
  /** In nanocores. */
  readonly cpu: readonly number[];
  /** In bytes. */
  readonly memory: readonly number[];
  /** When its source took it, in milliseconds by the source's clock. */
  readonly timestamp: number;
  /** When it was taken as far as can be told by this process's own clock, in milliseconds of `performance.now()`. */
  readonly takenAt: number;
}

// By how much the clocks of a cluster are believed to differ at most, and its sources to lag.
export const longestLagMilliseconds = 60_000;

/**
 * When a sample was taken by our own clock. One that is newer than that before is at most as old as the time between the two
 * reads, whatever the clocks say; for the first one there is only the source's word, by the clock of who brought it.
 */
export function takenAt(
  timestamp: number,
  before: PodUsage | undefined,
  { now, serverNow }: { readonly now: number; readonly serverNow: number | undefined },
): number {
  if (before?.timestamp === timestamp) return before.takenAt;
  const lag = serverNow === undefined ? 0 : Math.max(0, serverNow - timestamp);
  return now - (before === undefined ? lag : Math.min(lag, longestLagMilliseconds));
}
