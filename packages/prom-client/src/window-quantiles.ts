import { SlidingQuantiles } from "@exporterkit/client/series";

/** Over what time quantiles look back. */
export interface QuantileWindow {
  readonly maxAgeSeconds: number;
  /** How many slices that time has; observations are dropped a slice at a time. */
  readonly ageBuckets: number;
}

/**
 * Quantiles of what one series observed, within the window or, without one, ever since. The first slice begins with the
 * series, at `createdSeconds` since the Unix epoch.
 */
export function quantilesWithin(window: QuantileWindow | undefined, createdSeconds: number): SlidingQuantiles {
  if (window === undefined) return new SlidingQuantiles({ now: () => 0 });
  const start = Math.round(createdSeconds * 1000);
  // An observation at the very end of a slice is still in it.
  return new SlidingQuantiles({ ...window, now: () => Math.max(0, Date.now() - start - 1e-6) });
}
