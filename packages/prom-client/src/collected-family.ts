import type { Family } from "@exporterkit/client/series";

/**
 * The method by which a registry takes a metric's family without a detour through `get()`. It brings the values up to date
 * first; undefined where somebody has put another `get` in place of the metric's own.
 */
export const collectFamily: unique symbol = Symbol("collectFamily");

/** A metric that has a family; those that a registry was given from elsewhere have `get()` alone. */
export interface CollectableMetric {
  [collectFamily](): Family | Promise<Family> | undefined;
}
