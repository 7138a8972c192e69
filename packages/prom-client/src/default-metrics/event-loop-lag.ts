import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";
import { stopWithout } from "./stop-without.ts";

/** How long the event loop keeps work waiting: once measured at the scrape, and sampled since the scrape before it. */
export function eventLoopLag(settings: DefaultMetricsSettings): void {
  const { labels } = settings;
  const delays = monitor(settings.eventLoopMonitoringPrecision);
  if (delays === undefined) return;

  const lag = declareGauge(settings, {
    name: "nodejs_eventloop_lag_seconds",
    help: "Lag of event loop in seconds.",
    aggregator: "average",
    collect() {
      const start = process.hrtime.bigint();
      // Not waited for: the scrape tells what the one before measured, and needs no turn of an event loop that a test has
      // in its hands.
      setImmediate(() => lag.set(labels, Number(process.hrtime.bigint() - start) / 1e9));
      // Scrapes may follow at once, and of no delays the least, the mean and the deviation are no numbers.
      if (delays.count === 0) return;
      for (const { gauge, nanoseconds } of statistics) gauge.set(labels, nanoseconds(delays) / 1e9);
      delays.reset();
    },
  });
  const statistics = parts.map(({ part, help, aggregator = "average" as const, nanoseconds }) => ({
    gauge: declareGauge(settings, { name: `nodejs_eventloop_lag_${part}_seconds`, help, aggregator }),
    nanoseconds,
  }));
  stopWithout(lag, delays.disable.bind(delays));
}

interface Part {
  readonly part: string;
  readonly help: string;
  readonly aggregator?: "min" | "max" | "average";
  readonly nanoseconds: (delays: IntervalHistogram) => number;
}

const parts: readonly Part[] = [
  {
    part: "min",
    help: "The minimum recorded event loop delay.",
    aggregator: "min",
    nanoseconds: (delays) => delays.min,
  },
  {
    part: "max",
    help: "The maximum recorded event loop delay.",
    aggregator: "max",
    nanoseconds: (delays) => delays.max,
  },
  { part: "mean", help: "The mean of the recorded event loop delays.", nanoseconds: (delays) => delays.mean },
  {
    part: "stddev",
    help: "The standard deviation of the recorded event loop delays.",
    nanoseconds: (delays) => delays.stddev,
  },
  ...[50, 90, 99].map((percentile) => ({
    part: `p${percentile}`,
    help: `The ${percentile}th percentile of the recorded event loop delays.`,
    nanoseconds: (delays: IntervalHistogram) => delays.percentile(percentile),
  })),
];

/** Undefined where the runtime has the function and cannot do it. */
function monitor(precision: number | undefined): IntervalHistogram | undefined {
  try {
    const delays = monitorEventLoopDelay(precision === undefined ? {} : { resolution: precision });
    delays.enable();
    return delays;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_NOT_IMPLEMENTED") return undefined;
    throw error;
  }
}
