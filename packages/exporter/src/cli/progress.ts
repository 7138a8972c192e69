/** Where progress is shown, if it is a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 30;

/** Shows on a terminal who is still waited for, in one line that goes when all are done. Elsewhere it shows nothing. */
export class Progress {
  readonly #output: Terminal;
  readonly #waiting: Set<string>;
  readonly #count: number;
  readonly #start = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Terminal, names: readonly string[]) {
    this.#output = output;
    this.#waiting = new Set(names);
    this.#count = names.length;
    if (output.isTTY !== true) return;
    this.#timer = setInterval(() => this.#show(), 100);
    this.#show();
  }

  /** One of them is done. */
  done(name: string): void {
    this.#waiting.delete(name);
    this.#show();
  }

  /** Takes the line away. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#output.write("\r\u001B[K");
  }

  #show(): void {
    if (this.#timer === undefined) return;
    const done = this.#count - this.#waiting.size;
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1);
    const waiting = done === this.#count ? "" : `, waiting for ${[...this.#waiting].join(", ")}`;
    const line = `collected ${done} of ${this.#count}, ${seconds} s${waiting}`;
    // Terminals that know no width say 0.
    this.#output.write(`\r\u001B[K${line.slice(0, (this.#output.columns || 80) - 1)}`);
  }
}

/** Shows on a terminal how much of some bytes is done, in one line that goes at the end. Elsewhere it shows nothing. */
export class ByteProgress {
  readonly #output: Terminal;
  readonly #start = performance.now();
  #shownAt = -Infinity;

  constructor(output: Terminal) {
    this.#output = output;
  }

  /** So much is done. */
  show(done: number, total: number): void {
    const now = performance.now();
    if (this.#output.isTTY !== true || now - this.#shownAt < 100) return;
    this.#shownAt = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const seconds = (now - this.#start) / 1000;
    const bar = "#".repeat(Math.floor(share * barWidth)).padEnd(barWidth, ".");
    const rate = (done / 1e6 / Math.max(seconds, 0.001)).toFixed(0);
    this.#output.write(`\r\u001B[K[${bar}] ${Math.floor(share * 100)} %, ${rate} MB/s`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shownAt > 0) this.#output.write("\r\u001B[K");
  }
}
