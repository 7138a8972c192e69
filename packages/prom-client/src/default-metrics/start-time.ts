import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

const startSeconds = Math.round(Date.now() / 1000 - process.uptime());

export function startTime(settings: DefaultMetricsSettings): void {
  const gauge = declareGauge(settings, {
    name: "process_start_time_seconds",
    help: "Start time of the process since unix epoch in seconds.",
    aggregator: "omit",
    collect: () => gauge.set(settings.labels, startSeconds),
  });
}
