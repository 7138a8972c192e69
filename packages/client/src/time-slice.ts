/** Milliseconds that a slice takes at least: a turn of the event loop costs some microseconds. */
const shortest = 0.1;
/** And at most: several of them stay within the 10 ms that a user notices. */
const longest = 2;

/**
 * Cuts work into slices, between which the event loop does what else there is to do. A slice takes half as long as that took,
 * within bounds: requests beside the work hardly wait for it, and it gets on where they leave little time.
 */
export class TimeSlice {
  #looked = performance.now();
  #end = this.#looked + shortest;

  /**
   * Whether another step as long as the one since the last look would make the slice too long; then wait for
   * {@link TimeSlice.next}. Code that is not compiled yet takes long steps.
   */
  isOver(): boolean {
    const now = performance.now();
    const step = now - this.#looked;
    this.#looked = now;
    return now + step >= this.#end;
  }

  /** Resolves when the next slice may begin. */
  async next(): Promise<void> {
    const left = performance.now();
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#looked = performance.now();
    this.#end = this.#looked + Math.min(Math.max((this.#looked - left) / 2, shortest), longest);
  }
}
