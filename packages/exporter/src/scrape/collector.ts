import type { Scrape } from "./scrape.ts";

/** A source of metrics. */
export interface Collector {
  /** What the source is called in logs and in the `collector` label: lower case, short, and unique in an exporter. */
  readonly name: string;
  /**
   * Adds the source's current metrics to `scrape`. A collector that throws, rejects or is not done by the scrape's
   * deadline loses its own metrics in that scrape and nothing else.
   */
  collect(scrape: Scrape): void | Promise<void>;
  /** Starts what has to run between scrapes, such as a sampler. Called once, before the first scrape, and waited for. */
  start?(): void | Promise<void>;
  /** Ends what `start` started. Called once, after the last scrape, and waited for. */
  stop?(): void | Promise<void>;
}
