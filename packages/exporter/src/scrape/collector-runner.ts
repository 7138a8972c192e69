import type { Registry } from "@exporterkit/client";
import type { Collector } from "./collector.ts";
import { NoData } from "./no-data.ts";
import { Scrape } from "./scrape.ts";
import { sharedAbort } from "./shared-abort.ts";
import { unlessAborted } from "./unless-aborted.ts";

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
  #run: Run | undefined;
  /** How many calls go on: besides that one, those that were not done in time. */
  #calls = 0;
  #kept: (Collected & { readonly until: number }) | undefined;

  constructor(collector: Collector) {
    this.collector = collector;
  }

  /**
   * What the collector collects. Rejects if it fails, or with the signal's reason as soon as that aborts. `isAbandoned` tells
   * whether it aborted because nobody waits any more.
   */
  async collect(signal: AbortSignal, isAbandoned: () => boolean = () => false): Promise<Collected> {
    signal.throwIfAborted();
    if (this.#kept !== undefined && performance.now() < this.#kept.until) return this.#kept;
    this.#kept = undefined;
    // One that hangs must not keep those who come after it: where scrapes always overlap, it would for ever.
    const run = this.#run?.isLate === true && this.#calls < mostCalls ? undefined : this.#run;
    this.#run = run ?? this.#start();
    return await this.#run.join(signal, isAbandoned);
  }

  #start(): Run {
    if (this.#calls >= mostCalls) {
      throw new Error(
        `${this.#calls} calls that were not done in time still go on; it is called again when one of them ends`,
      );
    }
    this.#calls++;
    const run = new Run(this.collector, () => {
      if (this.#run === run) this.#run = undefined;
    });
    run.done.then(
      (collected) => this.#ended(run, collected),
      () => this.#ended(run),
    );
    return run;
  }

  #ended(run: Run, collected?: Collected): void {
    this.#calls--;
    if (this.#run !== run) return;
    this.#run = undefined;
    const { minIntervalSeconds = 0 } = this.collector;
    if (collected !== undefined && minIntervalSeconds > 0) {
      this.#kept = { ...collected, until: run.start + minIntervalSeconds * 1000 };
    }
  }
}

/** One call of a collector, for which several scrapes may wait. */
class Run {
  /** `performance.now()` when it began. */
  readonly start = performance.now();
  /** Settles when the call itself does. */
  readonly done: Promise<Collected>;
  isDone = false;
  /** Whether it was not done in time for a scrape that waited. */
  isLate = false;
  readonly #controller = sharedAbort();
  readonly #given: () => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting = 0;

  /** `given` is called when it is told to stop. */
  constructor(collector: Collector, given: () => void) {
    const { minIntervalSeconds = 0, timeoutSeconds } = collector;
    this.#given = given;
    if (timeoutSeconds !== undefined) {
      const late = new CollectorTimeout(`not done within its ${timeoutSeconds} s`);
      this.#timer = setTimeout(() => this.#giveUp(late), Math.min(timeoutSeconds * 1000, longestTimerMs));
    }
    this.done = this.#call(
      collector,
      new Scrape(
        this.#controller.signal,
        minIntervalSeconds > 0 ? ` Collected every ${minIntervalSeconds} s at most.` : "",
      ),
    );
  }

  /** Waits for the call, until `signal` aborts. The last that leaves tells the collector to stop. */
  async join(signal: AbortSignal, isAbandoned: () => boolean): Promise<Collected> {
    this.#waiting++;
    try {
      return await unlessAborted([signal, this.#controller.signal], this.done);
    } finally {
      this.#waiting--;
      if (signal.aborted && !this.isDone) {
        this.isLate ||= !isAbandoned();
        if (this.#waiting === 0) this.#giveUp(signal.reason);
      }
    }
  }

  async #call(collector: Collector, scrape: Scrape): Promise<Collected> {
    try {
      const noData = await callCollector(collector, scrape);
      return { registry: scrape.registry, seconds: (performance.now() - this.start) / 1000, noData };
    } finally {
      this.isDone = true;
      clearTimeout(this.#timer);
    }
  }

  #giveUp(reason: unknown): void {
    if (this.isDone || this.#controller.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#given();
    this.#controller.abort(reason);
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
