import type { Aggregation } from "../aggregation.ts";
import { Gauge } from "../metrics/gauge.ts";
import { builtin } from "../builtin.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

const aggregations: Readonly<Record<string, Aggregation>> = { min: "min", mean: "average", stddev: "average" };

/** How long the event loop keeps work waiting: once measured at the scrape, and sampled since the scrape before it. */
export function eventLoopMetrics({ prefix, eventLoopMonitoringPrecision }: RuntimeMetricsOptions): RuntimeMetrics {
  const delays = builtin("node:perf_hooks")?.monitorEventLoopDelay({ resolution: eventLoopMonitoringPrecision });
  const setImmediate = builtin("node:timers/promises")?.setImmediate;
  if (delays === undefined || setImmediate === undefined) return { metrics: [] };
  delays.enable();

  const statistics = [
    { part: "min", help: "Shortest delay of the event loop", nanoseconds: () => delays.min },
    { part: "max", help: "Longest delay of the event loop", nanoseconds: () => delays.max },
    { part: "mean", help: "Mean delay of the event loop", nanoseconds: () => delays.mean },
    { part: "stddev", help: "Standard deviation of the event loop's delay", nanoseconds: () => delays.stddev },
    { part: "p50", help: "Median delay of the event loop", nanoseconds: () => delays.percentile(50) },
    { part: "p90", help: "90th percentile of the event loop's delay", nanoseconds: () => delays.percentile(90) },
    { part: "p99", help: "99th percentile of the event loop's delay", nanoseconds: () => delays.percentile(99) },
  ].map(({ part, help, nanoseconds }) => ({
    nanoseconds,
    gauge: new Gauge({
      name: `${prefix}nodejs_eventloop_lag_${part}_seconds`,
      help: `${help} since the previous scrape, in seconds.`,
      // Of several processes the one whose event loop is worst tells; where the part is itself a mean or a least, that of all.
      aggregation: aggregations[part] ?? "max",
      registers: [],
    }),
  }));

  const lag = new Gauge({
    name: `${prefix}nodejs_eventloop_lag_seconds`,
    help: "Lag of the event loop as measured at this scrape, in seconds.",
    aggregation: "max",
    registers: [],
    collect: () => (measuring ??= measure().finally(() => (measuring = undefined))),
  });

  // Nothing is known yet.
  for (const { gauge } of statistics) gauge.remove();

  // Scrapes that overlap, through whatever registry, share what was measured. One that follows closely, before
  // anything was sampled, has what the one before had.
  let measuring: Promise<void> | undefined;
  async function measure(): Promise<void> {
    const stop = lag.startTimer();
    await setImmediate!();
    stop();
    // A delay is the time between two samples: to begin anew would lose the first of them.
    if (delays!.count === 0) return;
    for (const { gauge, nanoseconds } of statistics) gauge.set(nanoseconds() / 1e9);
    delays!.reset();
  }

  return { metrics: [lag, ...statistics.map(({ gauge }) => gauge)], stop: () => void delays.disable() };
}
