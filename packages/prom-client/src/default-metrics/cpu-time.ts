import type { Counter } from "../counter.ts";
import { activeSpanLabels } from "./active-span-labels.ts";
import { declareCounter, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

/** The CPU time of the process since this call. */
export function cpuTime(settings: DefaultMetricsSettings): void {
  const { labels, enableExemplars } = settings;
  let last = process.cpuUsage();

  const user = declareCounter(settings, {
    name: "process_cpu_user_seconds_total",
    help: "Total user CPU time spent in seconds.",
    collect() {
      const now = process.cpuUsage();
      const spent = { user: now.user - last.user, system: now.system - last.system };
      last = now;
      add(user, spent.user);
      add(system, spent.system);
      add(total, spent.user + spent.system);
    },
  });
  const system = declareCounter(settings, {
    name: "process_cpu_system_seconds_total",
    help: "Total system CPU time spent in seconds.",
  });
  const total = declareCounter(settings, {
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
  });

  function add(counter: Counter, microseconds: number): void {
    const value = microseconds / 1e6;
    if (enableExemplars) counter.inc({ labels, value, exemplarLabels: activeSpanLabels() });
    else counter.inc(labels, value);
  }
}
