import { sharedAbort } from "./shared-abort.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** A call, of a collector or a probe, that several scrapes wait for. It goes on as long as one of them does. */
export class SharedCall<Result> {
  /** Whether it was not done in time for one of them: those who come now had better wait for the next. */
  isLate = false;
  readonly #controller: AbortController;
  readonly #result: Promise<Result>;
  readonly #over: Promise<void>;
  #end!: () => void;
  #isOver = false;
  #waiting = 0;

  /**
   * `onEnd` is called once nobody is to join any more: the call is done, or it is told to stop, by `controller` if there is one
   * already.
   */
  constructor(
    run: (signal: AbortSignal) => Promise<Result>,
    onEnd: () => void,
    controller: AbortController = sharedAbort(),
  ) {
    this.#controller = controller;
    this.#over = new Promise((resolve) => {
      this.#end = () => {
        this.#isOver = true;
        onEnd();
        resolve();
      };
    });
    this.#result = run(this.#controller.signal);
    void this.#result.then(this.#end, this.#end);
  }

  /**
   * What the call resolves to. Rejects as soon as `signal` aborts; if it is the last that waits, the call is told to stop.
   * `isAbandoned` tells whether it aborted because nobody waits any more.
   */
  async join(signal: AbortSignal, isAbandoned: () => boolean = () => false): Promise<Result> {
    this.#waiting++;
    try {
      return await unlessAborted([signal, this.#controller.signal], this.#result);
    } finally {
      this.#waiting--;
      if (signal.aborted) {
        this.isLate ||= !isAbandoned();
        if (this.#waiting === 0) this.stop(signal.reason);
      }
    }
  }

  /** Tells the call to stop, unless it is done; whoever waits gets the reason at once. */
  stop(reason: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller.abort(reason);
  }

  /** Resolves when nobody is to join any more. Rejects as soon as `signal` aborts. */
  async over(signal: AbortSignal): Promise<void> {
    await unlessAborted([signal], this.#over);
  }
}
