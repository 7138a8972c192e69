import type { Collector } from "../../scrape/collector.ts";
import { readCpuTimes } from "./cpu-times.ts";

/** Seconds that each CPU has spent in each mode. */
export function cpuCollector(procfs: string | undefined): Collector {
  return {
    name: "cpu",
    collect(scrape) {
      const seconds = scrape.counter({
        name: "node_cpu_seconds_total",
        help: "Seconds the CPUs spent in each mode.",
        labelNames: ["cpu", "mode"],
      });
      const times = readCpuTimes(procfs);
      for (const { cpu, modes } of times) {
        for (const [mode, value] of modes) seconds.inc({ cpu, mode }, value);
      }
      if (times.every(({ guest }) => guest.size === 0)) return;
      const guestSeconds = scrape.counter({
        name: "node_cpu_guest_seconds_total",
        help: "Seconds the CPUs spent running guests (virtual machines), which user and nice contain already.",
        labelNames: ["cpu", "mode"],
      });
      for (const { cpu, guest } of times) {
        for (const [mode, value] of guest) guestSeconds.inc({ cpu, mode }, value);
      }
    },
  };
}
