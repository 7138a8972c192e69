import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import type { Clash } from "./clash.ts";

interface Told {
  readonly collector: string;
  readonly family: string;
  readonly others: readonly string[];
}

/** Logs what families are left out: each once, when that begins, and when it is over. */
export class ClashLog {
  readonly #logger: Logger;
  readonly #told = new Map<string, Told>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The clashes of one scrape. `hasCollected` tells of which collectors it has what they made: a clash takes both sides. */
  tell(clashes: readonly Clash[], hasCollected: (collector: string) => boolean): void {
    if (clashes.length === 0 && this.#told.size === 0) return;
    const current = new Set(clashes.map((clash) => this.#begin(clash)));
    for (const [key, { collector, family, others }] of this.#told) {
      if (current.has(key) || ![collector, ...others].every(hasCollected)) continue;
      this.#told.delete(key);
      this.#logger.info({ collector, family }, "family is no longer left out");
    }
  }

  /** Forgets the clashes of all collectors but these. */
  keep(collectors: ReadonlySet<string>): void {
    for (const [key, { collector, others }] of this.#told) {
      if (![collector, ...others].every((each) => collectors.has(each))) this.#told.delete(key);
    }
  }

  #begin({ collector, metric, error, findOthers }: Clash): string {
    const family = metric.name;
    const key = `${collector} ${family}`;
    if (this.#told.has(key)) return key;
    const others = findOthers();
    this.#told.set(key, { collector, family, others });
    const { source } = metric;
    const clashesWith = others.join(", ") || "the exporter itself";
    const fields = { collector, family, ...(source !== undefined && { source }), clashesWith, error: messageOf(error) };
    this.#logger.error(fields, "family left out");
    return key;
  }
}
