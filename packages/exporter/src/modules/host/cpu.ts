import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import { tellCpuInfo } from "./cpu-info.ts";
import { tellCpuLists, tellThrottles } from "./cpu-sysfs.ts";
import { type CpuTimes, readCpuTimes } from "./cpu-times.ts";
import type { HostPaths } from "./host-paths.ts";
import { flag, includePattern, type OptionsSchema } from "./options.ts";

/** What the collector of the CPUs can be told. */
export interface CpuOptions {
  /** Whether to tell the time spent running guests. */
  readonly guest: boolean;
  /** Whether to tell what /proc/cpuinfo says of each CPU; so do the next two. */
  readonly info: boolean;
  /** The flags of the first CPU to tell. */
  readonly "info.flags-include"?: RegExp | undefined;
  /** The bugs of the first CPU to tell. */
  readonly "info.bugs-include"?: RegExp | undefined;
}

/** The schema of these. */
export const cpuOptions: OptionsSchema<CpuOptions> = z.strictObject({
  guest: z.boolean().default(true).meta({ description: "Whether to tell the time spent running guests." }),
  info: flag("Whether to tell what /proc/cpuinfo says of each CPU."),
  "info.flags-include": includePattern()
    .optional()
    .meta({ description: "Regular expression of the CPU's flags to tell." }),
  "info.bugs-include": includePattern()
    .optional()
    .meta({ description: "Regular expression of the CPU's bugs to tell." }),
});

/** Seconds that each CPU has spent in each mode, and what else Linux tells of the CPUs. */
export function cpuCollector(paths: HostPaths | undefined, options: CpuOptions): Collector {
  const { "info.flags-include": flags, "info.bugs-include": bugs } = options;
  let previous = new Map<string, CpuTimes>();
  return {
    name: "cpu",
    collect(scrape) {
      const times = readCpuTimes(paths?.procfs).map((now) => steady(previous.get(now.cpu), now));
      previous = new Map(times.map((each) => [each.cpu, each]));
      tellTimes(scrape, times, options.guest);
      if (paths === undefined) return;
      if (options.info || flags !== undefined || bugs !== undefined) tellCpuInfo(scrape, paths, { flags, bugs });
      tellCpuLists(scrape, paths);
      tellThrottles(scrape, paths);
    },
  };
}

function tellTimes(scrape: Scrape, times: readonly CpuTimes[], withGuests: boolean): void {
  const seconds = scrape.counter({
    name: "node_cpu_seconds_total",
    help: "Seconds the CPUs spent in each mode.",
    labelNames: ["cpu", "mode"],
  });
  for (const { cpu, modes } of times) {
    for (const [mode, value] of modes) seconds.setTotal({ cpu, mode }, value);
  }
  if (!withGuests || times.every(({ guest }) => guest.size === 0)) return;
  const guestSeconds = scrape.counter({
    name: "node_cpu_guest_seconds_total",
    help: "Seconds the CPUs spent running guests (virtual machines), which user and nice contain already.",
    labelNames: ["cpu", "mode"],
  });
  for (const { cpu, guest } of times) {
    for (const [mode, value] of guest) guestSeconds.setTotal({ cpu, mode }, value);
  }
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
