import { setImmediate } from "node:timers/promises";

// As long as nobody minds who waits for a request.
const longestSliceMilliseconds = 5;

/** Cuts work into slices, between which the event loop turns. */
export class Turns {
  readonly #signal: AbortSignal;
  #began = performance.now();

  /** Once `signal` aborts the work ends with its reason. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether it is time for {@link take}. */
  get isDue(): boolean {
    return performance.now() - this.#began > longestSliceMilliseconds;
  }

  /** Gives the event loop a turn. */
  async take(): Promise<void> {
    await setImmediate();
    this.#signal.throwIfAborted();
    this.#began = performance.now();
  }
}
