import { MetricsError } from "../metrics-error.ts";
import type { Labels } from "../series/labels.ts";
import { Metric, type MetricOptions } from "./metric.ts";

/**
 * Facts that hardly change, such as a version, as the labels of a series that is always 1.
 *
 * ```ts
 * const build = new Info({ name: "build_info", help: "What was built.", labelNames: ["version", "revision"] });
 * build.set({ version: "1.2.3", revision: "4f2a9c" });
 * ```
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#info
 */
export class Info<const Names extends string = never> extends Metric<Names> {
  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: MetricOptions<Names, Info<Names>>) {
    if (!/._info$/.test(options.name)) {
      throw new MetricsError("invalid_metric_name", `${options.name}: the name of an info ends in _info; add it.`);
    }
    super(options, { type: "info", samples: [{ kind: "value" }] });
    for (let slot = 0; slot < this.table.end; slot++) this.table.set(slot, 1);
  }

  /** States the facts, in place of those that were stated before. */
  set(labels: Labels<Names>): void {
    const values = this.table.labelValues([labels]);
    this.table.clear();
    this.table.set(this.table.slotOfValues(values), 1);
  }

  /** States facts beside those that were stated before, as for a second thing that they are about. */
  add(labels: Labels<Names>): void {
    this.table.set(this.table.slotOf(labels), 1);
  }

  /** Forgets the facts. */
  override reset(): void {
    this.table.clear();
    if (this.labelNames.length === 0) this.table.set(this.table.slotOfNoLabels(), 1);
  }
}
