/** How long work may go on before others get their turn: several at once stay within the 10 ms that a user notices. */
const longestMilliseconds = 2;

/** Cuts long work into slices, between which the event loop does what else there is to do. */
export class TimeSlice {
  #end = performance.now() + longestMilliseconds;

  /** Whether the slice has lasted long enough; then wait for {@link TimeSlice.next}. */
  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Resolves when the next slice may begin. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#end = performance.now() + longestMilliseconds;
  }
}
