import { readFileSync } from "node:fs";
import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

/** The memory of the process; what is not resident on Linux only. */
export function memory(settings: DefaultMetricsSettings): void {
  const { labels } = settings;
  const onLinux = process.platform === "linux";
  const resident = declareGauge(settings, {
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    collect: onLinux ? collectFromStatus : collectResident,
  });
  if (!onLinux) return;
  const virtual = declareGauge(settings, {
    name: "process_virtual_memory_bytes",
    help: "Virtual memory size in bytes.",
  });
  const heap = declareGauge(settings, { name: "process_heap_bytes", help: "Process heap size in bytes." });

  function collectFromStatus(): void {
    let status: string;
    try {
      // The kernel makes the file in memory: reading it never waits.
      status = readFileSync("/proc/self/status", "latin1");
    } catch {
      return;
    }
    for (const [gauge, field] of [
      [resident, "VmRSS"],
      [virtual, "VmSize"],
      [heap, "VmData"],
    ] as const) {
      const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
      if (kibibytes !== undefined) gauge.set(labels, Number(kibibytes) * 1024);
    }
  }

  function collectResident(): void {
    try {
      resident.set(labels, process.memoryUsage.rss());
    } catch {
      // Some platforms do not tell, and the rest of the scrape is none the worse for it.
    }
  }
}
