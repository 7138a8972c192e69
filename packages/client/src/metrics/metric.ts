import { register } from "../default-registry.ts";
import type { Family, MetricType, Sample } from "../family.ts";
import { MetricsError } from "../metrics-error.ts";
import type { Registry } from "../registry.ts";
import type { LabelObject, Labels, LabelValue } from "../series/labels.ts";
import { SeriesTable } from "../series/series-table.ts";
import { checkHelp, checkLabelNames, checkMetricName, quote } from "./declaration.ts";

/** What every metric is declared with. `Self` is the metric's own class. */
export interface MetricOptions<Names extends string, Self = unknown> {
  /** The metric's name, with its unit and, for a counter, `_total`: `http_requests_total`. */
  readonly name: string;
  /** One sentence on what the metric means; the HELP line. */
  readonly help: string;
  /** The labels that every call has to give. Default: none. */
  readonly labelNames?: readonly Names[];
  /** The registries that expose the metric. Default: the default registry, {@link register}. */
  readonly registers?: readonly Registry[];
  /**
   * Called at each scrape, before the values are read, with the metric as `this`; a promise is waited for. If it throws,
   * the metric is left out of that scrape.
   */
  readonly collect?: (this: Self) => void | Promise<void>;
}

/** The labels of a call, given as one object or as values in the order of `labelNames`. */
export type LabelArguments<Names extends string> = [labels: Labels<Names>] | LabelValue[];

/** What counters, gauges and histograms have in common: a declaration and a table of series. */
export abstract class Metric<Names extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Names[];
  /** The metric as format writers see it. */
  readonly family: Family;
  /** Brings the values up to date; a registry calls it at each scrape. */
  readonly collect: (() => void | Promise<void>) | undefined;
  protected readonly table: SeriesTable;

  constructor(options: MetricOptions<Names, never>, type: MetricType, samples: readonly Sample[], width: number) {
    const { name, help, labelNames = [] } = options;
    checkMetricName(name);
    checkHelp(name, help);
    checkLabelNames(
      name,
      labelNames,
      samples.flatMap((sample) => sample.label?.name ?? []),
    );
    this.name = name;
    this.help = help;
    this.labelNames = [...labelNames];
    this.collect = options.collect?.bind(this as never);
    this.table = new SeriesTable(name, this.labelNames, width);
    this.family = {
      name,
      help,
      type,
      samples,
      series: this.table,
      read: (slot, values) => this.read(slot, values),
    };
    if (labelNames.length === 0) this.table.slotOfNoLabels();
    for (const registry of options.registers ?? [register]) registry.registerMetric(this);
  }

  /** Removes one series, given by its labels. Returns false where there was none. */
  remove(...labels: LabelArguments<Names>): boolean {
    return this.table.remove(this.table.labelValues(labels));
  }

  /** Removes every series; a metric without labels starts again from zero. */
  reset(): void {
    this.table.clear();
    if (this.labelNames.length === 0) this.table.slotOfNoLabels();
  }

  /** Writes the samples of the series in `slot`, in the order of the family's `samples`. */
  protected read(slot: number, values: Float64Array): void {
    values[0] = this.table.values[slot]!;
  }

  /** The slot of the series that a call names, where the labels come first and may be left out if there are none. */
  protected slotOf(labels: unknown): number {
    return typeof labels === "object" && labels !== null
      ? this.table.slotOf(labels as LabelObject)
      : this.table.slotOfNoLabels();
  }
}

/** Throws the error for a value that `metric` cannot take. */
export function refuseValue(name: string, value: unknown, remedy: string): never {
  throw new MetricsError("invalid_value", `${name}: ${quote(value)} is not a value it can take; ${remedy}.`);
}
