/** How long work may go on before others get their turn: several at once stay within the 10 ms that a user notices. */
const sliceMilliseconds = 2;

/** Cuts long work into slices, between which the event loop turns. */
export class Slices {
  #end = performance.now() + sliceMilliseconds;

  /** Whether the slice has lasted long enough; then wait for {@link Slices.next}. */
  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Resolves when the next slice may begin. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#end = performance.now() + sliceMilliseconds;
  }
}
