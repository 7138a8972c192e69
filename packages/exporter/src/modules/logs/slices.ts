/** Milliseconds that are worked between two turns of the event loop. */
const sliceMilliseconds = 1;
/** The same while a scrape is being answered, and how long that is taken to go on. */
const shortSliceMilliseconds = 0.2;
const scrapeMilliseconds = 100;

/**
 * Shares the event loop between all that reads lines and everybody else: of those who wait one works in each turn, for a
 * millisecond or less.
 */
export class Slices {
  readonly #waiting: (() => void)[] = [];
  #end = 0;
  #hurryUntil = 0;
  #isScheduled = false;

  /** Whether it is time to wait for {@link next}. */
  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Resolves when one may work again. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /** Makes slices short for a while: somebody waits for a scrape. */
  hurry(): void {
    this.#hurryUntil = performance.now() + scrapeMilliseconds;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const now = performance.now();
      this.#end = now + (now < this.#hurryUntil ? shortSliceMilliseconds : sliceMilliseconds);
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}
