import type { LabelMatcher } from "../label-matcher.ts";
import type { WireAsk, WireLine, WirePlot, WireShown } from "../wire.ts";

/** A line that a plot shows. */
export interface PlotLine {
  readonly labels: WireLine["labels"];
  readonly values: (number | null)[];
}

/** What the page has of one family, and how it asks for more. */
export class PlotData {
  readonly family: string;
  readonly most: number;
  /** The number of the sample that the lines begin with. */
  from = 0;
  lines: readonly PlotLine[] = [];
  total = 0;
  fitting = 0;
  /** Whether anything has come. */
  isLoaded = false;
  /** Goes up when the lines are others than before. */
  version = 0;
  #matchers: readonly LabelMatcher[];
  #shown: WireShown | undefined;
  #rankedAt = 0;

  constructor(family: string, most: number, matchers: readonly LabelMatcher[]) {
    this.family = family;
    this.most = most;
    this.#matchers = matchers;
  }

  /** What the series' labels must be. */
  get matchers(): readonly LabelMatcher[] {
    return this.#matchers;
  }

  set matchers(matchers: readonly LabelMatcher[]) {
    this.#matchers = matchers;
    this.#shown = undefined;
  }

  /** Whether it has not been told of all samples before number `end`. */
  endsBefore(end: number): boolean {
    return this.lines.length > 0 && this.from + this.lines[0]!.values.length < end;
  }

  /** What to ask the server for. Now and then it is to choose the top series anew. */
  ask(now: number): WireAsk {
    const { family, most, matchers } = this;
    if (now - this.#rankedAt > rankedMs) this.#shown = undefined;
    const since = this.#shown === undefined ? 0 : this.from + (this.lines[0]?.values.length ?? 0);
    return { family, since, most, matchers, ...(this.#shown && { shown: this.#shown }) };
  }

  /** Takes what the server answered to what was asked. */
  take(ask: WireAsk, plot: WirePlot, now: number): void {
    // The filter has changed meanwhile.
    if (ask.matchers !== this.#matchers) return;
    this.isLoaded = true;
    this.total = plot.total;
    this.fitting = plot.fitting;
    this.#shown = plot.shown;
    const end = this.from + (this.lines[0]?.values.length ?? 0);
    if (!plot.isNew && (plot.from !== end || plot.lines.length !== this.lines.length)) {
      this.#shown = undefined;
      return;
    }
    if (plot.isNew) {
      // Without any numbers nobody knows which are the top series.
      const isRanked = plot.lines.some(({ values }) => values.at(-1) !== null);
      this.#rankedAt = isRanked ? now : -Infinity;
      const isSame = JSON.stringify(plot.lines.map(labelsOf)) === JSON.stringify(this.lines.map(labelsOf));
      if (!isSame) this.version++;
      this.from = plot.from;
      this.lines = plot.lines.map(({ labels, values }) => ({ labels, values: [...values] }));
    } else {
      for (const [index, line] of this.lines.entries()) line.values.push(...plot.lines[index]!.values);
    }
  }

  /** Forgets the samples before number `first`. */
  forget(first: number): void {
    const old = Math.max(0, first - this.from);
    if (old === 0) return;
    for (const { values } of this.lines) values.splice(0, old);
    this.from += old;
  }

  /** Forgets everything: the server is another. */
  reset(): void {
    this.#shown = undefined;
    this.lines = [];
    this.from = 0;
  }
}

/** How long the top series stay the same. */
const rankedMs = 20_000;

function labelsOf({ labels }: PlotLine | WireLine): WireLine["labels"] {
  return labels;
}
