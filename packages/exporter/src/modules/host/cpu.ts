import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { type CpuTimes, readCpuTimes } from "./cpu-times.ts";

/** Seconds that each CPU has spent in each mode. */
export function cpuCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  let previous = new Map<string, CpuTimes>();
  return {
    name: "cpu",
    collect(scrape) {
      const seconds = scrape.counter({
        name: "node_cpu_seconds_total",
        help: "Seconds the CPUs spent in each mode.",
        labelNames: ["cpu", "mode"],
      });
      const times = readCpuTimes(procfs).map((now) => steady(previous.get(now.cpu), now));
      previous = new Map(times.map((each) => [each.cpu, each]));
      for (const { cpu, modes } of times) {
        for (const [mode, value] of modes) seconds.setTotal({ cpu, mode }, value);
      }
      if (times.every(({ guest }) => guest.size === 0)) return;
      const guestSeconds = scrape.counter({
        name: "node_cpu_guest_seconds_total",
        help: "Seconds the CPUs spent running guests (virtual machines), which user and nice contain already.",
        labelNames: ["cpu", "mode"],
      });
      for (const { cpu, guest } of times) {
        for (const [mode, value] of guest) guestSeconds.setTotal({ cpu, mode }, value);
      }
    },
  };
}

// What idle may fall by because of how the kernel counts; more, and the CPU was taken offline in between.
const idleJitterSeconds = 3;

/** The times of a CPU, none of them below what it was: the kernel lets idle and iowait fall by a little. */
function steady(before: CpuTimes | undefined, now: CpuTimes): CpuTimes {
  const fallen = (before?.modes.get("idle") ?? 0) - (now.modes.get("idle") ?? 0);
  if (before === undefined || fallen >= idleJitterSeconds) return now;
  return { cpu: now.cpu, modes: highest(before.modes, now.modes), guest: highest(before.guest, now.guest) };
}

function highest(before: CpuTimes["modes"], now: CpuTimes["modes"]): Map<string, number> {
  return new Map(Array.from(now, ([mode, seconds]) => [mode, Math.max(seconds, before.get(mode) ?? 0)]));
}
