import type { Registry } from "@exporterkit/client";
import type { Collector } from "./collector.ts";
import { NoData } from "./no-data.ts";
import { Scrape } from "./scrape.ts";

/** What a collector collected. */
export interface Collected {
  readonly registry: Registry;
  /** How long it took. */
  readonly seconds: number;
  /** Why there was nothing to collect. */
  readonly noData?: string | undefined;
}

/** How many calls of a collector that did not stop when they were told to may still go on; then it is not called again. */
const mostStuck = 3;

/** Calls one collector: once for scrapes that overlap, and not at all while what it collected is still good. */
export class CollectorRunner {
  readonly collector: Collector;
  #run: Run | undefined;
  #stuck = 0;
  #kept: (Collected & { readonly until: number }) | undefined;

  constructor(collector: Collector) {
    this.collector = collector;
  }

  /** What the collector collects. Rejects if it fails, or with the signal's reason as soon as that aborts. */
  async collect(signal: AbortSignal): Promise<Collected> {
    signal.throwIfAborted();
    if (this.#kept !== undefined && performance.now() < this.#kept.until) return this.#kept;
    this.#kept = undefined;
    this.#run ??= this.#start();
    return await this.#run.join(signal);
  }

  #start(): Run {
    if (this.#stuck >= mostStuck) {
      throw new Error(
        `${this.#stuck} calls that were told to stop still go on; it is called again when one of them ends`,
      );
    }
    const run = new Run(this.collector, () => {
      if (this.#run === run) this.#run = undefined;
      if (!run.isDone) this.#stuck++;
    });
    run.done.then(
      (collected) => this.#ended(run, collected),
      () => this.#ended(run),
    );
    return run;
  }

  #ended(run: Run, collected?: Collected): void {
    if (this.#run !== run) {
      this.#stuck--;
      return;
    }
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
  readonly #controller = new AbortController();
  readonly #given: () => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting = 0;

  /** `given` is called when nobody waits for it any more. */
  constructor(collector: Collector, given: () => void) {
    const { minIntervalSeconds = 0, timeoutSeconds } = collector;
    this.#given = given;
    if (timeoutSeconds !== undefined) {
      const late = new CollectorTimeout(`not done within its ${timeoutSeconds} s`);
      this.#timer = setTimeout(() => this.#giveUp(late), timeoutSeconds * 1000);
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
  async join(signal: AbortSignal): Promise<Collected> {
    this.#waiting++;
    try {
      return await unlessAborted([signal, this.#controller.signal], this.done);
    } finally {
      if (--this.#waiting === 0 && !this.isDone && signal.aborted) this.#giveUp(signal.reason);
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

/** What `work` resolves to, or a rejection as soon as one of the signals aborts. */
function unlessAborted<T>(signals: readonly AbortSignal[], work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (event: Event): void => reject((event.target as AbortSignal).reason);
    for (const signal of signals) {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", abort);
    }
    work.then(resolve, reject).finally(() => {
      for (const signal of signals) signal.removeEventListener("abort", abort);
    });
  });
}
