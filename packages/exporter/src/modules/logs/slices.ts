/**
 * Characters of lines that are counted between two looks at the clock, which takes as long as some of them. A pattern may take
 * milliseconds for a line, though hardly for one much shorter.
 */
export const charactersBetweenLooks = 512;

/** Milliseconds that are worked between two turns of the event loop. */
const sliceMilliseconds = 1;
/** The same while a scrape is being answered, and how long that is taken to go on. */
const shortSliceMilliseconds = 0.2;
const scrapeMilliseconds = 100;
/**
 * Turns of the event loop that a scrape has between two slices, since it takes many, and how many milliseconds: whoever scrapes
 * without end, or has others do so, slows the reading down but does not stall it.
 */
const scrapeTurns = 8;
const longestPauseMilliseconds = 5;

/**
 * Shares the event loop between all that reads lines and everybody else: of those who wait one works in each turn, for a
 * millisecond or less.
 */
export class Slices {
  readonly #waiting: (() => void)[] = [];
  #end = 0;
  #hurryUntil = 0;
  #turns = 0;
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

  /** Makes slices short and rare for a while: somebody waits for a scrape. */
  hurry(): void {
    this.#hurryUntil = performance.now() + scrapeMilliseconds;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const now = performance.now();
      const hasPaused = now - this.#end >= longestPauseMilliseconds;
      const isHurried = now < this.#hurryUntil && !hasPaused;
      if (!isHurried || ++this.#turns >= scrapeTurns) {
        this.#turns = 0;
        this.#end = now + (isHurried ? shortSliceMilliseconds : sliceMilliseconds);
        this.#waiting.shift()?.();
      }
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}
