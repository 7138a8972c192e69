import { parseSearch, type Search } from "../label-matcher.ts";

/** The spans of time that can be shown, in seconds. */
export const ranges = [60, 300, 900] as const;

/** Seconds that are shown at least. */
const shortestSpan = 30;

/** What is looked at. */
export class ViewState {
  /** Seconds up to now. */
  range: number = 300;
  search: Search = parseSearch("");
  /** Where time stands still, in seconds since the Unix epoch; undefined where it goes on. */
  pausedAt: number | undefined;

  /** The span of time to show of these samples: no more than there is, so that few of them do not stand at an edge. */
  span(times: readonly number[]): { start: number; end: number } {
    const end = this.pausedAt ?? times.at(-1) ?? 0;
    const known = Math.max(shortestSpan, end - (times[0] ?? end));
    return { start: end - Math.min(this.range, known), end };
  }
}
