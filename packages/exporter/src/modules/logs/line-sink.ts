import type { Envelope, LineCounter } from "./line-counter.ts";
import { LinePattern, TooCostly } from "./line-pattern.ts";
import type { SourceMetrics } from "./source-metrics.ts";

/** How several lines become one. */
export interface Multiline {
  /** A regular expression that is found in the first line of each event. */
  readonly start: string;
  readonly max_lines: number;
  /** Bytes. */
  readonly max_size: number;
  /** Seconds after which an event is taken for complete. */
  readonly max_wait: number;
}

/** Told of lines that are of none of the formats. */
export type OnUnmatched = (line: string) => void;

/** Where the lines of one file or connection go: to the counter, several as one where they belong together. */
export class LineSink {
  readonly #counter: LineCounter;
  readonly #metrics: SourceMetrics;
  readonly #envelope: Envelope;
  readonly #multiline: Multiline | undefined;
  readonly #isStart: ((line: string) => boolean) | undefined;
  readonly #onUnmatched: OnUnmatched | undefined;
  #event: string[] = [];
  #eventEnvelope: Envelope = {};
  #size = 0;
  #since = 0;

  constructor(options: {
    readonly counter: LineCounter;
    readonly metrics: SourceMetrics;
    readonly envelope: Envelope;
    readonly multiline: Multiline | undefined;
    readonly onUnmatched?: OnUnmatched | undefined;
  }) {
    this.#counter = options.counter;
    this.#metrics = options.metrics;
    this.#envelope = options.envelope;
    this.#multiline = options.multiline;
    this.#isStart = options.multiline && new LinePattern(options.multiline.start).tester();
    this.#onUnmatched = options.onUnmatched;
  }

  /** How many lines of an event there are that may not be complete. */
  get pendingLines(): number {
    return this.#event.length;
  }

  /** Whether the event that is not complete has waited for as long as it may. */
  get isDue(): boolean {
    return this.#event.length > 0 && performance.now() - this.#since > this.#multiline!.max_wait * 1000;
  }

  /** Counts a line, or keeps it until its event is complete. */
  line(line: string, envelope: Envelope = this.#envelope): void {
    this.lineIn(line, 0, line.length, envelope);
  }

  /** The same of a line that stands in `text` from `start` to `end`. */
  lineIn(text: string, start: number, end: number, envelope: Envelope = this.#envelope): void {
    this.#metrics.lines.inc();
    const multiline = this.#multiline;
    if (multiline === undefined) {
      this.#count(text, start, end, envelope);
      return;
    }
    const line = text.slice(start, end);
    const isFull = this.#event.length >= multiline.max_lines || this.#size + line.length > multiline.max_size;
    if (this.#event.length > 0 && (isFull || this.#starts(line))) this.flush();
    if (this.#event.length === 0) {
      this.#since = performance.now();
      this.#eventEnvelope = envelope;
    }
    this.#event.push(line);
    this.#size += line.length + 1;
  }

  /** Counts the event that there is, complete or not. */
  flush(): void {
    if (this.#event.length === 0) return;
    const event = this.#event.join("\n");
    this.#event = [];
    this.#size = 0;
    this.#count(event, 0, event.length, this.#eventEnvelope);
  }

  #starts(line: string): boolean {
    try {
      return this.#isStart!(line);
    } catch (error) {
      if (error instanceof TooCostly) return true;
      throw error;
    }
  }

  #count(text: string, start: number, end: number, envelope: Envelope): void {
    if (this.#counter.count(text, start, end, envelope)) this.#metrics.matched.inc();
    else {
      this.#metrics.unmatched.inc();
      this.#onUnmatched?.(text.slice(start, end));
    }
  }
}
