import type { Logger } from "../../logger.ts";

const remindMilliseconds = 60_000;

/** Tells of something that fails again and again: when it begins, once a minute, and when it is over. */
export class RepeatedFailure {
  readonly #logger: Logger;
  readonly #fields: object;
  #toldAt = -Infinity;
  #message: string | undefined;

  /** `fields` say what it is. */
  constructor(logger: Logger, fields: object) {
    this.#logger = logger;
    this.#fields = fields;
  }

  /** The last failure; undefined while all is well. */
  get message(): string | undefined {
    return this.#message;
  }

  /** Says that it failed. */
  failed(message: string): void {
    const now = performance.now();
    if (message !== this.#message || now - this.#toldAt > remindMilliseconds) {
      // Two failures in turn would be told each time.
      if (this.#message === undefined || now - this.#toldAt > 1000) {
        this.#logger.warn({ ...this.#fields, error: message }, "the cluster does not answer as it should");
        this.#toldAt = now;
      }
    }
    this.#message = message;
  }

  /** Says that it succeeded. */
  succeeded(): void {
    if (this.#message === undefined) return;
    this.#message = undefined;
    this.#toldAt = -Infinity;
    this.#logger.info(this.#fields, "the cluster answers again");
  }
}
