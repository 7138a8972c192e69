import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import type { Registry } from "../registry.ts";

/** The metrics of the requests for metrics. */
export class HandlerMetrics {
  readonly #requests: Counter<"status">;
  readonly #inFlight: Gauge;

  private constructor(registry: Registry) {
    this.#requests = new Counter({
      name: "exporterkit_scrapes_total",
      help: "Requests for metrics by the status of their answers.",
      labelNames: ["status"],
      init: [{ status: 200 }, { status: 500 }, { status: 503 }],
      registers: [registry],
    });
    this.#inFlight = new Gauge({
      name: "exporterkit_scrapes_in_flight",
      help: "Requests for metrics that are being answered.",
      registers: [registry],
    });
  }

  static readonly #ofRegistries = new WeakMap<Registry, HandlerMetrics>();

  /** Those of a registry, which every handler that names it shares. */
  static of(registry: Registry): HandlerMetrics {
    let metrics = HandlerMetrics.#ofRegistries.get(registry);
    if (metrics === undefined) HandlerMetrics.#ofRegistries.set(registry, (metrics = new HandlerMetrics(registry)));
    return metrics;
  }

  started(): void {
    this.#inFlight.inc();
  }

  ended(status: number): void {
    this.#inFlight.dec();
    this.#requests.inc({ status });
  }
}
