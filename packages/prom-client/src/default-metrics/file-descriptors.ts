import { readdirSync, readFileSync } from "node:fs";
import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

// RLIM_INFINITY, which client_golang too exposes for a limit that is not set.
const unlimited = 2 ** 64 - 1;

/** The open file descriptors, on Linux. */
export function openFileDescriptors(settings: DefaultMetricsSettings): void {
  if (process.platform !== "linux") return;
  const gauge = declareGauge(settings, {
    name: "process_open_fds",
    help: "Number of open file descriptors.",
    collect() {
      try {
        // One of them is there for the reading alone.
        gauge.set(settings.labels, readdirSync("/proc/self/fd").length - 1);
      } catch {
        // Without a descriptor left the directory cannot be read; the number before stands.
      }
    },
  });
}

/** How many file descriptors the process may have open, where /proc tells. */
export function maxFileDescriptors(settings: DefaultMetricsSettings): void {
  const limit = readLimit();
  if (limit === undefined) return;
  const gauge = declareGauge(settings, {
    name: "process_max_fds",
    help: "Maximum number of open file descriptors.",
    collect: () => gauge.set(settings.labels, limit),
  });
}

function readLimit(): number | undefined {
  let limits: string;
  try {
    limits = readFileSync("/proc/self/limits", "latin1");
  } catch {
    return undefined;
  }
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? unlimited : Number(soft);
}
