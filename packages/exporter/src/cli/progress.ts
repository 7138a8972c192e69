/** Where progress is shown, if it is a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

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
