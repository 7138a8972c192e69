import { builtin } from "../builtin.ts";
import { Histogram } from "../metrics/histogram.ts";
import { Summary } from "../metrics/summary.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

const intervalMilliseconds = 100;

// Taken at the import: the fake timers of a test that runs all there are would never come to an end.
const setInterval = builtin("node:timers")?.setInterval;

/** The share of the time that the event loop is at work and does not wait for any, sampled over each 100 milliseconds. */
export function eventLoopUtilizationMetrics({ prefix }: RuntimeMetricsOptions): RuntimeMetrics {
  const performance = builtin("node:perf_hooks")?.performance;
  if (setInterval === undefined || performance?.eventLoopUtilization === undefined) return { metrics: [] };

  const help = "Share of the time that the event loop is at work, 0 to 1, sampled every 100 milliseconds.";
  const summary = new Summary({
    name: `${prefix}nodejs_eventloop_utilization_summary`,
    help,
    quantiles: [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999],
    maxAgeSeconds: 60,
    registers: [],
  });
  const histogram = new Histogram({
    name: `${prefix}nodejs_eventloop_utilization_histogram`,
    help,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1],
    registers: [],
  });

  let previous = performance.eventLoopUtilization();
  let start = performance.now();
  const timer = setInterval(() => {
    const current = performance.eventLoopUtilization();
    const now = performance.now();
    const { utilization } = performance.eventLoopUtilization(current, previous);
    // A loop that was blocked counts for as long as it was.
    for (let i = Math.round((now - start) / intervalMilliseconds); i > 0; i--) {
      summary.observe(utilization);
      histogram.observe(utilization);
    }
    previous = current;
    start = now;
  }, intervalMilliseconds);
  timer.unref();
  return { metrics: [summary, histogram], stop: () => clearInterval(timer) };
}
