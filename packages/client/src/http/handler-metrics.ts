import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import type { Registry } from "../registry.ts";
import { InFlight } from "./in-flight.ts";

/** The metrics of the requests for metrics. */
export interface HandlerMetrics {
  readonly requests: Counter<"status">;
  readonly inFlight: InFlight;
}

const declared = new WeakMap<Registry, HandlerMetrics>();

/** Those of a registry, which every handler that names it shares. */
export function handlerMetrics(registry: Registry): HandlerMetrics {
  const present = declared.get(registry);
  if (present !== undefined && registry.getSingleMetric(present.requests.name) === present.requests) return present;
  const metrics: HandlerMetrics = {
    requests: new Counter({
      name: "exporterkit_scrapes_total",
      help: "Requests for metrics by the status of their answers.",
      labelNames: ["status"],
      init: [{ status: 200 }, { status: 500 }, { status: 503 }],
      registers: [registry],
    }),
    inFlight: new InFlight(
      new Gauge({
        name: "exporterkit_scrapes_in_flight",
        help: "Requests for metrics that are being answered.",
        registers: [registry],
      }),
    ),
  };
  declared.set(registry, metrics);
  return metrics;
}
