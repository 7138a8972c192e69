/** One probe that several scrapes wait for. It goes on as long as one of them does. */
export class SharedProbe<Result> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  readonly #onEnd: () => void;
  #waiting = 0;

  /** `onEnd` is called once nobody is to join any more: the probe is done, or nobody waits for it. */
  constructor(run: (signal: AbortSignal) => Promise<Result>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#result = run(this.#controller.signal);
    void this.#result.then(onEnd, onEnd);
  }

  /** What the probe resolves to. Rejects as soon as `signal` aborts; if it is the last that waits, the probe is aborted. */
  join(signal: AbortSignal): Promise<Result> {
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        if (--this.#waiting > 0) return;
        this.#onEnd();
        this.#controller.abort(signal.reason);
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      void this.#result.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }
}
