import { decode } from "./line-texts.ts";
import { charactersBetweenLooks, type Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";

/** Cuts a stream of bytes into lines, of which none is longer than it may be. */
export class StreamLines {
  readonly #metrics: SourceMetrics;
  readonly #slices: Slices;
  readonly #maxLineSize: number;
  readonly #line: (line: string) => void;
  #rest: Buffer = Buffer.alloc(0);
  #isSkipping = false;

  constructor(options: {
    readonly metrics: SourceMetrics;
    readonly slices: Slices;
    readonly maxLineSize: number;
    readonly line: (line: string) => void;
  }) {
    this.#metrics = options.metrics;
    this.#slices = options.slices;
    this.#maxLineSize = options.maxLineSize;
    this.#line = options.line;
  }

  /** Takes the lines that end in `bytes`. `isOver` tells whether to stop meanwhile. */
  async take(bytes: Buffer, isOver: () => boolean): Promise<void> {
    this.#metrics.bytes.inc(bytes.length);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end === 0) return this.#keep(bytes);
    let first = this.#isSkipping ? bytes.indexOf(0x0a) + 1 : 0;
    this.#isSkipping = false;
    if (this.#rest.length > 0) {
      first = bytes.indexOf(0x0a) + 1;
      const line = Buffer.concat([this.#rest, bytes.subarray(0, first - 1)]);
      this.#rest = Buffer.alloc(0);
      this.#give(decode(line));
    }
    const text = decode(bytes.subarray(first, end));
    for (let at = 0, lookAt = 0; at < text.length;) {
      if (at >= lookAt) {
        lookAt = at + charactersBetweenLooks;
        if (this.#slices.isOver) {
          await this.#slices.next();
          if (isOver()) return;
        }
      }
      const newline = text.indexOf("\n", at);
      this.#give(text.slice(at, newline));
      at = newline + 1;
    }
    this.#keep(bytes.subarray(end));
  }

  /** Takes what is left as a line. */
  end(): void {
    if (this.#rest.length > 0) this.#give(decode(this.#rest));
    this.#rest = Buffer.alloc(0);
  }

  #keep(bytes: Buffer): void {
    if (this.#isSkipping || bytes.length === 0) return;
    if (this.#rest.length + bytes.length > this.#maxLineSize) {
      this.#isSkipping = true;
      this.#rest = Buffer.alloc(0);
      this.#metrics.dropped("too_long");
    } else this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  #give(line: string): void {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text.length > this.#maxLineSize) this.#metrics.dropped("too_long");
    else this.#line(text);
  }
}
