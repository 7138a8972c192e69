import { SlidingQuantiles } from "@exporterkit/client/series";

/** Over what time quantiles look back. */
export interface QuantileWindow {
  readonly maxAgeSeconds: number;
  /** How many slices that time has; observations are dropped a slice at a time. */
  readonly ageBuckets: number;
}

/** Quantiles of what one series observed, within the window or, without one, ever since. */
export function quantilesWithin(window: QuantileWindow | undefined): SlidingQuantiles {
  if (window === undefined) return new SlidingQuantiles({ now: () => 0 });
  // The first slice begins with the series, and an observation at the very end of a slice is still in it.
  const start = Date.now();
  return new SlidingQuantiles({ ...window, now: () => Math.max(0, Date.now() - start - 1e-6) });
}
