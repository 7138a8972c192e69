import type { Registry } from "@exporterkit/client";
import { sharedAbort } from "./shared-abort.ts";

/** Seconds to write a sample for the first time and send it, where the machine has more to do. */
const secondsPerSample = 2e-6;
/** What is left to the collectors of a scrape's time at least, whatever there is to write. */
const leastShare = 0.5;

/** When the collectors of a scrape have to be done: early enough to write what has been collected. */
export class CollectionDeadline {
  readonly #controller = sharedAbort();
  readonly #scrape: AbortSignal;
  readonly #seconds: number;
  readonly #start = performance.now();
  #samples = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether nobody waits for the scrape any more. */
  readonly isAbandoned: () => boolean;

  /** `scrape` aborts when the scrape's time is up, which is `seconds` from now. */
  constructor(scrape: AbortSignal, seconds: number, isAbandoned: () => boolean) {
    this.isAbandoned = isAbandoned;
    this.#scrape = scrape;
    this.#seconds = seconds;
    if (scrape.aborted) this.#follow();
    else scrape.addEventListener("abort", this.#follow);
  }

  /** Aborts when it is time to write. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The `performance.now()` at which the scrape's time is up. */
  get at(): number {
    return this.#start + this.#seconds * 1000;
  }

  /** Says what there is to write. */
  collected(registry: Registry): void {
    for (const { family } of registry.getMetricsAsArray()) this.#samples += family.series.end * family.samples.length;
    const toWrite = this.#samples * secondsPerSample;
    // Where that is little, the scrape's own deadline is as good.
    if (toWrite < 0.01 || this.#seconds === Infinity) return;
    const left = Math.max(this.#seconds - toWrite, this.#seconds * leastShare);
    clearTimeout(this.#timer);
    const late = new Error(`not done within ${left.toFixed(1)} s, which leave time to write ${this.#samples} samples`);
    const elapsed = performance.now() - this.#start;
    this.#timer = setTimeout(() => this.#controller.abort(late), left * 1000 - elapsed);
  }

  /** Ends it. */
  end(): void {
    clearTimeout(this.#timer);
    this.#scrape.removeEventListener("abort", this.#follow);
  }

  readonly #follow = (): void => this.#controller.abort(this.#scrape.reason);
}
