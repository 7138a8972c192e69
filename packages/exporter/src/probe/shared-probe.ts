import { sharedAbort } from "../scrape/shared-abort.ts";
import { unlessAborted } from "../scrape/unless-aborted.ts";

/** One probe that several scrapes wait for. It goes on as long as one of them does. */
export class SharedProbe<Result> {
  /** Whether it was not done in time for one of them: those who come now had better wait for the next. */
  isLate = false;
  readonly #controller = sharedAbort();
  readonly #result: Promise<Result>;
  readonly #over: Promise<void>;
  #end!: () => void;
  #waiting = 0;

  /** `onEnd` is called once nobody is to join any more: the probe is done, or nobody waits for it. */
  constructor(run: (signal: AbortSignal) => Promise<Result>, onEnd: () => void) {
    this.#over = new Promise((resolve) => {
      this.#end = () => {
        onEnd();
        resolve();
      };
    });
    this.#result = run(this.#controller.signal);
    void this.#result.then(this.#end, this.#end);
  }

  /**
   * What the probe resolves to. Rejects as soon as `signal` aborts; if it is the last that waits, the probe is aborted.
   * `isAbandoned` tells whether it aborted because nobody waits any more.
   */
  async join(signal: AbortSignal, isAbandoned: () => boolean = () => false): Promise<Result> {
    this.#waiting++;
    try {
      return await unlessAborted([signal], this.#result);
    } finally {
      this.#waiting--;
      if (signal.aborted) {
        this.isLate ||= !isAbandoned();
        if (this.#waiting === 0) {
          this.#end();
          this.#controller.abort(signal.reason);
        }
      }
    }
  }

  /** Resolves when nobody is to join any more. Rejects as soon as `signal` aborts. */
  async over(signal: AbortSignal): Promise<void> {
    await unlessAborted([signal], this.#over);
  }
}
