import type { Registry } from "@exporterkit/client";
import type { Collector } from "./collector.ts";
import { Loan } from "./loan.ts";
import { NoData } from "./no-data.ts";
import { ReusedMetrics } from "./reused-metrics.ts";
import { Scrape } from "./scrape.ts";
import { sharedAbort } from "./shared-abort.ts";
import { SharedCall } from "./shared-call.ts";

/** What a collector collected. */
export interface Collected {
  readonly registry: Registry;
  /** How long it took. */
  readonly seconds: number;
  /** Why there was nothing to collect. */
  readonly noData?: string | undefined;
  /** Whoever has got this lets go of it when nobody reads the registry any more, if its metrics are used again. */
  readonly loan?: Loan | undefined;
  /** To be called by each scrape that exposes the registry. */
  readonly exposed: () => void;
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
  /** The metrics of a scrape that is over. */
  #spare: ReusedMetrics | undefined;

  constructor(collector: Collector) {
    this.collector = collector;
  }

  /**
   * What the collector collects. Rejects if it fails, or with the signal's reason as soon as that aborts. `isAbandoned` tells
   * whether it aborted because nobody waits any more. `dueAt` is the `performance.now()` at which it will abort.
   */
  async collect(signal: AbortSignal, isAbandoned?: () => boolean, dueAt: number = Infinity): Promise<Collected> {
    signal.throwIfAborted();
    if (this.#kept !== undefined && performance.now() < this.#kept.until) return this.#kept;
    this.#kept = undefined;
    // One that hangs must not keep those who come after it: where scrapes always overlap, it would for ever.
    const running = this.#call?.isLate === true && this.#calls < mostCalls ? undefined : this.#call;
    const call = running ?? this.#begin(dueAt);
    const collected = call instanceof SharedCall ? await call.join(signal, isAbandoned) : call;
    collected.loan?.hold();
    return collected;
  }

  /** Calls the collector. What is done when it returns needs nobody who waits for it. */
  #begin(dueAt: number): SharedCall<Collected> | Collected {
    if (this.#calls >= mostCalls) {
      throw new Error(
        `${this.#calls} calls that were not done in time still go on; it is called again when one of them ends`,
      );
    }
    const start = performance.now();
    let controller: AbortController | undefined;
    const { minIntervalSeconds = 0, timeoutSeconds = Infinity, reusesMetrics = false } = this.collector;
    const helpEnd = minIntervalSeconds > 0 ? ` Collected every ${minIntervalSeconds} s at most.` : "";
    const reused = reusesMetrics && minIntervalSeconds === 0 ? (this.#spare ?? new ReusedMetrics()) : undefined;
    this.#spare = undefined;
    reused?.begin();
    const callbacks: (() => void)[] = [];
    const exposed = (): void => {
      for (const callback of callbacks) callback();
    };
    const scrape = new Scrape(() => (controller ??= sharedAbort()).signal, {
      helpEnd,
      dueAt: Math.min(dueAt, start + timeoutSeconds * 1000),
      reused,
      exposed: callbacks,
    });

    const collected = (noData?: string): Collected => {
      reused?.end();
      const loan = reused && new Loan(() => (this.#spare = reused));
      return { registry: scrape.registry, seconds: (performance.now() - start) / 1000, noData, loan, exposed };
    };
    try {
      const returned = this.collector.collect(scrape);
      if (isThenable(returned)) return this.#share(returned, collected, start, (controller ??= sharedAbort()));
      return this.#keep(collected(), start);
    } catch (error) {
      return this.#keep(collected(noDataOf(error)), start);
    }
  }

  /** Has scrapes that overlap wait for a call together. */
  #share(
    work: PromiseLike<unknown>,
    collected: (noData?: string) => Collected,
    start: number,
    controller: AbortController,
  ): SharedCall<Collected> {
    const { timeoutSeconds } = this.collector;
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.#calls++;
    const run = async (): Promise<Collected> => {
      try {
        await work;
        return collected();
      } catch (error) {
        return collected(noDataOf(error));
      } finally {
        this.#calls--;
      }
    };
    const call: SharedCall<Collected> = new SharedCall(
      async () => {
        const result = await run();
        return this.#call === call ? this.#keep(result, start) : result;
      },
      () => {
        clearTimeout(timer);
        if (this.#call === call) this.#call = undefined;
      },
      controller,
    );
    this.#call = call;
    if (timeoutSeconds !== undefined) {
      const late = new CollectorTimeout(`not done within its ${timeoutSeconds} s`);
      timer = setTimeout(() => call.stop(late), Math.min(timeoutSeconds * 1000, longestTimerMs));
    }
    return call;
  }

  /** Keeps what is good for the scrapes to come. */
  #keep(collected: Collected, start: number): Collected {
    const { minIntervalSeconds = 0 } = this.collector;
    if (minIntervalSeconds > 0) this.#kept = { ...collected, until: start + minIntervalSeconds * 1000 };
    return collected;
  }
}

/** Why there was nothing to collect. Throws what is a failure. */
function noDataOf(error: unknown): string {
  if (error instanceof NoData) return error.message;
  throw error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** A collector took longer than it may. */
export class CollectorTimeout extends Error {}
