import { nextTurn } from "./next-turn.ts";

/** Milliseconds that a slice takes at least where others have something to do. */
const shortest = 0.03;
/** What a user does not notice; a turn of the event loop that takes longer is one of a program that has too much to do. */
const longest = 10;
/** What a turn of the event loop takes in which nobody does anything; then a slice may be longer. */
const idleTurn = 0.02;
const idleSlice = 0.25;

/**
 * Cuts work into slices, between which the event loop does what else there is to do. A slice takes an eighth of what that took,
 * within bounds: requests beside the work hardly wait for it, and it gets on where they leave little time. Where they leave
 * none, it takes a larger part.
 */
export class TimeSlice {
  readonly #signal: AbortSignal | undefined;
  #looked = performance.now();
  #end = this.#looked + shortest;

  /** Once `signal` aborts there is no other slice. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

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

  /** Resolves when the next slice may begin. Rejects with the signal's reason where that has aborted. */
  async next(): Promise<void> {
    const left = performance.now();
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#looked = performance.now();
    this.#end = this.#looked + sliceAfter(this.#looked - left);
  }
}

/** How long a slice takes where others took that long before it. */
function sliceAfter(others: number): number {
  if (others < idleTurn) return idleSlice;
  const overload = Math.max(others - longest, 0);
  return Math.min(Math.max(others / 8, shortest) + overload / 4, longest);
}
