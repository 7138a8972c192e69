import type { Gauge, Registry } from "@exporterkit/client";
import type { ReusedMetrics } from "./reused-metrics.ts";
import { Scrape } from "./scrape.ts";

/** How one collector fared. */
export interface Fared {
  readonly collector: string;
  readonly seconds: number;
  readonly succeeded: boolean;
  /** What its source was found to lack, if anything; no failure. */
  readonly noData?: string | undefined;
  /** See `Collector.reportedAs`. */
  readonly reportedAs?: string | undefined;
}

/** How the collectors fared in one scrape, as metrics. */
export class Outcome {
  readonly registry: Registry;
  readonly #scrape: Scrape;
  readonly #success: Gauge<"collector">;
  readonly #duration: Gauge<"collector">;
  readonly #others = new Map<string, { success: Gauge<"collector">; duration: Gauge<"collector"> }>();

  /** `reused` has the metrics of a scrape before, and has begun; `collectors` are those that will be told of. */
  constructor(reused: ReusedMetrics, collectors: readonly Pick<Fared, "reportedAs">[]) {
    this.#scrape = new Scrape(() => AbortSignal.abort(), { reused });
    this.registry = this.#scrape.registry;
    this.#success = this.#scrape.gauge({
      name: "exporterkit_collector_success",
      help: "Whether the collector succeeded in this scrape.",
      labelNames: ["collector"],
    });
    this.#duration = this.#scrape.gauge({
      name: "exporterkit_collector_duration_seconds",
      help: "Time that the collector took in this scrape, or the last time that it was called, in seconds.",
      unit: "seconds",
      labelNames: ["collector"],
    });
    // All are declared before the collectors' families are added: whether those clash with one does not depend on their order.
    for (const { reportedAs } of collectors) if (reportedAs !== undefined) this.#other(reportedAs);
    reused.makeRoom();
  }

  tell({ collector, seconds, succeeded, noData, reportedAs }: Fared): void {
    this.#success.set({ collector }, succeeded ? 1 : 0);
    this.#duration.set({ collector }, seconds);
    if (reportedAs === undefined) return;
    const { success, duration } = this.#other(reportedAs);
    success.set({ collector }, succeeded && noData === undefined ? 1 : 0);
    duration.set({ collector }, seconds);
  }

  #other(prefix: string): { success: Gauge<"collector">; duration: Gauge<"collector"> } {
    let gauges = this.#others.get(prefix);
    if (gauges === undefined) {
      gauges = {
        success: this.#scrape.gauge({
          name: `${prefix}_success`,
          help: "Whether the collector succeeded and had a source to read.",
          labelNames: ["collector"],
        }),
        duration: this.#scrape.gauge({
          name: `${prefix}_duration_seconds`,
          help: "Time that the collector took, in seconds.",
          labelNames: ["collector"],
        }),
      };
      this.#others.set(prefix, gauges);
    }
    return gauges;
  }
}
