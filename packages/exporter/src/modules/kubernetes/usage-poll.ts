import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { ApiFailure } from "./api-failure.ts";
import type { ApiReport } from "./api-report.ts";
import { Backoff } from "./backoff.ts";
import type { Cluster } from "./cluster.ts";
import { RepeatedFailure } from "./repeated-failure.ts";
import type { UsageSource } from "./usage-source.ts";

/** What the poll is told. */
export interface UsagePollOptions {
  readonly source: UsageSource;
  readonly cluster: Cluster;
  readonly report: ApiReport;
  readonly logger: Logger;
  readonly intervalSeconds: number;
}

/** Reads what pods use, again and again. */
export class UsagePoll {
  readonly #options: UsagePollOptions;
  readonly #end = new AbortController();
  readonly #failure: RepeatedFailure;
  #running: Promise<void> | undefined;
  #readAt: number | undefined;

  constructor(options: UsagePollOptions) {
    this.#options = options;
    this.#failure = new RepeatedFailure(options.logger, { reads: "usage" });
  }

  /** Begins once `ready` is done, and resolves when it has first been read. */
  start(ready: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      this.#running = this.#run(ready, resolve);
    });
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    this.#options.source.close?.();
  }

  /** Seconds since it was last read as a whole; undefined before the first time. */
  get ageSeconds(): number | undefined {
    return this.#readAt === undefined ? undefined : (performance.now() - this.#readAt) / 1000;
  }

  /** Why it was not read, if the last time failed. */
  get lastFailure(): string | undefined {
    return this.#failure.message;
  }

  async #run(ready: Promise<unknown>, onRead: () => void): Promise<void> {
    const { intervalSeconds } = this.#options;
    const { signal } = this.#end;
    const interval = intervalSeconds * 1000;
    const backoff = new Backoff({ least: Math.min(1000, interval), most: interval });
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([ready, aborted]);
    while (!signal.aborted) {
      const began = performance.now();
      let pause: number;
      try {
        await this.#options.source.read(signal);
        this.#readAt = began;
        this.#options.report.listed("usage");
        this.#failure.succeeded();
        backoff.reset();
        onRead();
        pause = Math.max(0, interval - (performance.now() - began));
      } catch (error) {
        if (signal.aborted) return;
        this.#options.report.failed("usage", error instanceof ApiFailure ? error.reason : "malformed");
        this.#failure.failed(messageOf(error));
        pause = backoff.next(error instanceof ApiFailure ? error.retryAfterSeconds : undefined);
      }
      await wait(pause, undefined, { signal }).catch(() => {});
    }
  }
}
