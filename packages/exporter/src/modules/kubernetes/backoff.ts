/** How long to wait after failures in a row: longer after each, and never as long as others do. */
export class Backoff {
  readonly #least: number;
  readonly #most: number;
  readonly #random: () => number;
  #failures = 0;

  /** Between `least` and `most` milliseconds. `random` is for tests. */
  constructor({ least, most, random = Math.random }: { least: number; most: number; random?: () => number }) {
    this.#least = least;
    this.#most = most;
    this.#random = random;
  }

  /** How many failures there were in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure, and returns how many milliseconds to wait for: half of it is left to chance. */
  next(retryAfterSeconds = 0): number {
    const wait = Math.min(this.#most, this.#least * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    return Math.max(wait * (0.5 + this.#random() / 2), retryAfterSeconds * 1000);
  }

  /** Something went well. */
  reset(): void {
    this.#failures = 0;
  }
}
