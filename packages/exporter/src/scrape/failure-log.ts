import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";

interface Failing {
  /** `performance.now()` when it was logged last. */
  loggedAt: number;
  /** Failures since then. */
  unlogged: number;
}

/** What the log calls a source. */
export interface FailureSource {
  /** What it is, in a word or two. */
  readonly what: string;
  readonly fields: Readonly<Record<string, string>>;
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

  /** A source has failed. By default it is the collector of that name. */
  failed(source: string, error: unknown, { what, fields: named }: FailureSource = collectorOf(source)): void {
    const now = performance.now();
    const failing = this.#failing.get(source);
    if (failing !== undefined && now - failing.loggedAt < this.#quietMilliseconds) {
      failing.unlogged++;
      return;
    }
    const repeated = failing?.unlogged ?? 0;
    this.#failing.set(source, { loggedAt: now, unlogged: 0 });
    const fields = { ...named, error: messageOf(error), ...(repeated > 0 && { repeated }) };
    this.#logger.error(fields, `${what} failed`);
  }

  /** A source has not failed. */
  succeeded(source: string, { what, fields }: FailureSource = collectorOf(source)): void {
    if (this.#failing.delete(source)) this.#logger.info(fields, `${what} works again`);
  }

  /** Forgets all sources but these. */
  keep(sources: ReadonlySet<string>): void {
    for (const source of this.#failing.keys()) if (!sources.has(source)) this.#failing.delete(source);
  }
}

function collectorOf(collector: string): FailureSource {
  return { what: "collector", fields: { collector } };
}
