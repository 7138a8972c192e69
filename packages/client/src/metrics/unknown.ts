import type { Labels } from "../series/labels.ts";
import { Metric, type MetricOptions, refuseValue } from "./metric.ts";

/**
 * A value of which nobody knows whether it is a counter or a gauge, as it comes from another system.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#unknown
 */
export class Unknown<const Names extends string = never> extends Metric<Names> {
  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: MetricOptions<Names, Unknown<Names>>) {
    super(options, { type: "unknown", samples: [{ kind: "value" }] });
  }

  /** Sets one series, which is created where there is none. */
  set(labels: Labels<Names>, value: number): void;
  set(this: Unknown<never>, value: number): void;
  set(first?: unknown, second?: unknown): void {
    const value = typeof first === "object" ? second : first;
    if (typeof value !== "number") refuseValue(this.name, value, "give a number");
    this.table.set(this.slotOf(first), value);
  }
}
