import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";

interface Failing {
  /** `performance.now()` when it was logged last. */
  loggedAt: number;
  /** Failures since then. */
  unlogged: number;
}

/** Logs what fails in scrapes: each source when it begins to fail, once in a while as long as it does, and when it is over. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #quietMilliseconds: number;
  readonly #failing = new Map<string, Failing>();

  /** A source that goes on failing is logged again after `quietSeconds`. */
  constructor(logger: Logger, quietSeconds = 60) {
    this.#logger = logger;
    this.#quietMilliseconds = quietSeconds * 1000;
  }

  /** A source has failed. */
  failed(source: string, error: unknown): void {
    const now = performance.now();
    const failing = this.#failing.get(source);
    if (failing !== undefined && now - failing.loggedAt < this.#quietMilliseconds) {
      failing.unlogged++;
      return;
    }
    const repeated = failing?.unlogged ?? 0;
    this.#failing.set(source, { loggedAt: now, unlogged: 0 });
    const fields = { collector: source, error: messageOf(error), ...(repeated > 0 && { repeated }) };
    this.#logger.error(fields, "collector failed");
  }

  /** A source has not failed. */
  succeeded(source: string): void {
    if (this.#failing.delete(source)) this.#logger.info({ collector: source }, "collector works again");
  }

  /** Forgets all sources but these. */
  keep(sources: ReadonlySet<string>): void {
    for (const source of this.#failing.keys()) if (!sources.has(source)) this.#failing.delete(source);
  }
}
