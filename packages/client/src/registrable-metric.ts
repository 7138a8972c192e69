import type { Family } from "./family.ts";

/** What a registry holds: anything with a name that brings its values up to date and describes itself to the writers. */
export interface RegistrableMetric {
  readonly name: string;
  readonly family: Family;
  /** Brings the values up to date before they are read. */
  readonly collect?: (() => void | Promise<void>) | undefined;
  /** Removes the series that have expired. */
  readonly expire?: (nowSeconds: number) => void;
  /** Forgets every value. */
  reset(): void;
}

/** Makes metrics afresh for each scrape, so that a series it no longer makes is gone at once. */
export type MetricsCollector = () => Iterable<RegistrableMetric> | Promise<Iterable<RegistrableMetric>>;
