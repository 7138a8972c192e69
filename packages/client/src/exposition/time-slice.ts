/** How long an exposition may keep the event loop to itself, in milliseconds. */
const longest = 3;

/** Cuts work into slices, between which the event loop does what else there is to do. */
export class TimeSlice {
  #start = performance.now();

  /** Whether it is time to let others have a turn. */
  isOver(): boolean {
    return performance.now() - this.#start > longest;
  }

  /** Lets others have a turn. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#start = performance.now();
  }
}
