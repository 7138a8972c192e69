import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { type CollectedScrape, NothingCollected, type ScrapeContext } from "../../scrape/pipeline.ts";
import type { History } from "./history.ts";

/** What a recorder works on. */
export interface RecorderOptions {
  /** Collects as a scrape does. */
  readonly collect: (scrape: ScrapeContext) => Promise<CollectedScrape>;
  readonly history: History;
  /** Whether it records also while nobody looks. */
  readonly always: boolean;
  readonly logger: Logger;
}

/** Seconds between two samples. */
const intervalSeconds = 2;
/** Seconds until the second sample, without which there are no rates to show. */
const secondSampleSeconds = 0.7;
/** How much of the time may go into collecting. */
const share = 1 / 4;
const longestIntervalSeconds = 60;
/** Seconds that collecting may take. */
const timeoutSeconds = 10;
/** How long it goes on after somebody looked: browsers slow down what is in the background to one call a minute. */
const watchedSeconds = 90;

/** Takes samples while somebody looks. Otherwise it does nothing at all: no timer runs but the one that forgets. */
export class Recorder {
  /** Why the last sample is none. */
  problem: string | undefined;
  readonly #options: RecorderOptions;
  #isStopped = false;
  /** Ends the sample that is being taken. */
  #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sampling: Promise<void> | undefined;
  /** When the next sample is due, and when somebody looked last, by `performance.now()`. */
  #nextAt = 0;
  #watchedAt = -Infinity;
  #isRunning = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    if (options.always) this.#start();
  }

  /** Whether it takes samples. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Milliseconds until the next sample is due. */
  get nextMs(): number {
    return Math.max(0, this.#nextAt - performance.now());
  }

  /** Somebody looks. Resolves once there is a sample to look at, or a problem to tell. */
  async watched(): Promise<void> {
    this.#watchedAt = performance.now();
    if (!this.#isRunning && !this.#isStopped) this.#start();
    if (this.#options.history.times.length === 0) await this.#sampling;
  }

  /** Ends it, and forgets everything. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.#isRunning = false;
    await this.#sampling;
    this.#options.history.clear();
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#isRunning = true;
    this.#sampling = this.#sample();
  }

  async #sample(): Promise<void> {
    const { history } = this.#options;
    const start = performance.now();
    await this.#record();
    if (this.#isStopped) return;
    const tookSeconds = (performance.now() - start) / 1000;
    const usual = history.times.length < 2 ? secondSampleSeconds : intervalSeconds;
    const seconds = Math.min(longestIntervalSeconds, Math.max(usual, tookSeconds / share));
    this.#nextAt = start + Math.max(seconds, tookSeconds) * 1000;
    this.#timer = setTimeout(() => this.#next(), this.nextMs).unref();
  }

  #next(): void {
    const { always, history } = this.#options;
    if (always || performance.now() - this.#watchedAt < watchedSeconds * 1000) {
      this.#sampling = this.#sample();
      return;
    }
    this.#isRunning = false;
    this.#timer = setTimeout(() => history.clear(), history.limits.seconds * 1000).unref();
  }

  async #record(): Promise<void> {
    const { collect, history, logger } = this.#options;
    let collected: CollectedScrape | undefined;
    const abort = new AbortController();
    this.#abort = abort;
    const late = setTimeout(() => abort.abort(), timeoutSeconds * 1000).unref();
    try {
      const isAbandoned = (): boolean => this.#isStopped;
      collected = await collect({ signal: abort.signal, isAbandoned, seconds: timeoutSeconds, isSample: true });
      const families = await collected.registry.collect(timeoutSeconds);
      const now = Date.now() / 1000;
      const before = history.times.at(-1) ?? now;
      // Clocks are set back, too.
      if (now <= before && history.times.length > 0) history.clear();
      if (now - before > longestIntervalSeconds + timeoutSeconds) await history.record([], now - intervalSeconds);
      await history.record(families, now);
      this.problem = undefined;
    } catch (error) {
      if (this.#isStopped) return;
      this.problem = "Nothing could be collected; the log says why.";
      if (!(error instanceof NothingCollected))
        logger.error({ error: messageOf(error) }, "the live page has no sample");
    } finally {
      clearTimeout(late);
      collected?.release();
    }
  }
}
