import type { Counter, Gauge, Labels, Unknown } from "@exporterkit/client";
import type { Scrape } from "../../scrape/scrape.ts";

/** Metrics of one set of labels that are declared when the first series has a value, since the machine decides which there are. */
export class LazyMetrics<const Names extends string> {
  readonly #scrape: Scrape;
  readonly #labelNames: readonly Names[];
  readonly #gauges = new Map<string, Gauge<Names>>();
  readonly #counters = new Map<string, Counter<Names>>();
  readonly #unknowns = new Map<string, Unknown<Names>>();

  constructor(scrape: Scrape, labelNames: readonly Names[]) {
    this.#scrape = scrape;
    this.#labelNames = labelNames;
  }

  /** Sets a series of a gauge; does nothing where there is no value. */
  gauge(name: string, help: string, labels: Labels<Names>, value: number | undefined): void {
    if (value === undefined) return;
    const gauge = this.#gauges.get(name) ?? this.#scrape.gauge<Names>({ name, help, labelNames: this.#labelNames });
    this.#gauges.set(name, gauge);
    gauge.set(labels, value);
  }

  /** Sets a series of a counter; does nothing where there is no value. */
  counter(name: string, help: string, labels: Labels<Names>, value: number | undefined): void {
    if (value === undefined) return;
    const counter =
      this.#counters.get(name) ?? this.#scrape.counter<Names>({ name, help, labelNames: this.#labelNames });
    this.#counters.set(name, counter);
    counter.setTotal(labels, value);
  }

  /** Sets a series of which the source does not say whether it may fall; does nothing where there is no value. */
  unknown(name: string, help: string, labels: Labels<Names>, value: number | undefined): void {
    if (value === undefined) return;
    const unknown =
      this.#unknowns.get(name) ?? this.#scrape.unknown<Names>({ name, help, labelNames: this.#labelNames });
    this.#unknowns.set(name, unknown);
    unknown.set(labels, value);
  }
}
