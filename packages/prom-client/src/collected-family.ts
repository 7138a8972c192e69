import type { Family } from "@exporterkit/client/series";

/**
 * The method by which a registry takes a metric's family without a detour through `get()`. It brings the values up to date
 * first; undefined where somebody has put another `get` in place of the metric's own.
 */
export const collectFamily: unique symbol = Symbol("collectFamily");

/** A metric that has a family. */
export interface CollectableMetric {
  [collectFamily](): Family | Promise<Family> | undefined;
}

/** Whether a metric has a family: those that a registry was given from elsewhere only have `get()`. */
export function isCollectable(metric: object): metric is CollectableMetric {
  return collectFamily in metric;
}
