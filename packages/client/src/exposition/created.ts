import type { Family } from "../family.ts";

/** When a series was created, in seconds since the Unix epoch; `NaN` where that is not known. */
export function createdSeconds({ series, startUnknown }: Family, slot: number): number {
  return startUnknown ? NaN : series.createdSeconds(slot);
}
