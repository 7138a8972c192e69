import type { Registry } from "@exporterkit/client";
import type { Collector } from "./collector.ts";
import { NoData } from "./no-data.ts";
import { Scrape } from "./scrape.ts";
import { SharedCall } from "./shared-call.ts";

/** What a collector collected. */
export interface Collected {
  readonly registry: Registry;
  /** How long it took. */
  readonly seconds: number;
  /** Why there was nothing to collect. */
  readonly noData?: string | undefined;
}

/** How many calls of a collector may go on at a time. */
const mostCalls = 3;

/** The longest time that a timer can have. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls one collector: once for scrapes that overlap, and not at all while what it collected is still good. */
export class CollectorRunner {
  readonly collector: Collector;
  /** The call that scrapes wait for. */
  #call: SharedCall<Collected> | undefined;
  /** How many calls go on: besides that one, those that were not done in time. */
  #calls = 0;
  #kept: (Collected & { readonly until: number }) | undefined;

  constructor(collector: Collector) {
    this.collector = collector;
  }

  /**
   * What the collector collects. Rejects if it fails, or with the signal's reason as soon as that aborts, which is in
   * `seconds`. `isAbandoned` tells whether it aborted because nobody waits any more.
   */
  async collect(signal: AbortSignal, isAbandoned?: () => boolean, seconds: number = Infinity): Promise<Collected> {
    signal.throwIfAborted();
    if (this.#kept !== undefined && performance.now() < this.#kept.until) return this.#kept;
    this.#kept = undefined;
    // One that hangs must not keep those who come after it: where scrapes always overlap, it would for ever.
    const call = this.#call?.isLate === true && this.#calls < mostCalls ? undefined : this.#call;
    this.#call = call ?? this.#start(seconds);
    return await this.#call.join(signal, isAbandoned);
  }

  #start(seconds: number): SharedCall<Collected> {
    if (this.#calls >= mostCalls) {
      throw new Error(
        `${this.#calls} calls that were not done in time still go on; it is called again when one of them ends`,
      );
    }
    const { minIntervalSeconds = 0, timeoutSeconds } = this.collector;
    const start = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const call: SharedCall<Collected> = new SharedCall(
      async (signal) => {
        const collected = await this.#run(signal, start, Math.min(seconds, timeoutSeconds ?? Infinity));
        if (minIntervalSeconds > 0 && this.#call === call) {
          this.#kept = { ...collected, until: start + minIntervalSeconds * 1000 };
        }
        return collected;
      },
      () => {
        clearTimeout(timer);
        if (this.#call === call) this.#call = undefined;
      },
    );
    if (timeoutSeconds !== undefined) {
      const late = new CollectorTimeout(`not done within its ${timeoutSeconds} s`);
      timer = setTimeout(() => call.stop(late), Math.min(timeoutSeconds * 1000, longestTimerMs));
    }
    return call;
  }

  async #run(signal: AbortSignal, start: number, seconds: number): Promise<Collected> {
    const { minIntervalSeconds = 0 } = this.collector;
    const scrape = new Scrape(
      signal,
      minIntervalSeconds > 0 ? ` Collected every ${minIntervalSeconds} s at most.` : "",
      seconds,
    );
    this.#calls++;
    try {
      const noData = await callCollector(this.collector, scrape);
      return { registry: scrape.registry, seconds: (performance.now() - start) / 1000, noData };
    } finally {
      this.#calls--;
    }
  }
}

/** Has a collector collect. Resolves to why there was nothing to collect, if so. */
async function callCollector(collector: Collector, scrape: Scrape): Promise<string | undefined> {
  try {
    await collector.collect(scrape);
    return undefined;
  } catch (error) {
    if (error instanceof NoData) return error.message;
    throw error;
  }
}

/** A collector took longer than it may. */
export class CollectorTimeout extends Error {}
