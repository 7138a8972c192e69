import { nextTurn } from "./next-turn.ts";

/** Milliseconds that a slice takes at least where others have something to do. */
const shortest = 0.03;
/** And at most: several of them stay within the 10 ms that a user notices. */
const longest = 2;
/** What a turn of the event loop takes in which nobody does anything; then a slice may be longer. */
const idleTurn = 0.02;
const idleSlice = 0.25;

/**
 * Cuts work into slices, between which the event loop does what else there is to do. A slice takes an eighth of what that took,
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
    await nextTurn();
    this.#looked = performance.now();
    this.#end = this.#looked + sliceAfter(this.#looked - left);
  }
}

/** How long a slice takes where others took that long before it. */
function sliceAfter(others: number): number {
  return others < idleTurn ? idleSlice : Math.min(Math.max(others / 8, shortest), longest);
}
