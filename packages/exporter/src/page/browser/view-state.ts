import { parseSearch, type Search } from "../label-matcher.ts";

/** The spans of time that the exporter keeps, in seconds. */
export const liveRanges: readonly number[] = [60, 300, 900];
/** Those that Prometheus is asked for. */
export const pastRanges: readonly number[] = [3600, 6 * 3600, 86_400];

/** Seconds that are shown at least. */
const shortestSpan = 30;

/** What is looked at. */
export class ViewState {
  /** Seconds up to now. */
  range: number = 300;
  search: Search = parseSearch("");
  /** Where time stands still, in seconds since the Unix epoch; undefined where it goes on. */
  pausedAt: number | undefined;

  /** Whether it is Prometheus that has what is looked at. */
  get isPast(): boolean {
    return pastRanges.includes(this.range);
  }

  /** When the samples were taken that are looked at: where time stands still, none that came later. */
  until(times: readonly number[]): readonly number[] {
    const { pausedAt } = this;
    return pausedAt === undefined ? times : times.slice(0, times.findLastIndex((time) => time <= pausedAt) + 1);
  }

  /** The span of time to show of these samples: no more than there is, so that few of them do not stand at an edge. */
  span(times: readonly number[]): { start: number; end: number } {
    const end = this.pausedAt ?? times.at(-1) ?? 0;
    const known = Math.max(shortestSpan, end - (times[0] ?? end));
    return { start: end - Math.min(this.range, known), end };
  }
}
