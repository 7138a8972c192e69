/** How long work may go on before others get their turn: several at once stay within the 10 ms that a user notices. */
const longestMilliseconds = 2;

/** Cuts work into slices, between which the event loop does what else there is to do. */
export class TimeSlice {
  #looked = performance.now();
  #end = this.#looked + longestMilliseconds;

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
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#looked = performance.now();
    this.#end = this.#looked + longestMilliseconds;
  }
}
