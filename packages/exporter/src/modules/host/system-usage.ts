import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { type CpuTimes, readCpuTimes } from "./cpu-times.ts";
import { readMemory, readSwap } from "./memory.ts";
import { type OptionsSchema, flag } from "./options.ts";
import { type ControlGroup, findOwnCgroup, type ReadCgroup } from "./own-cgroup.ts";
import { type NetworkBytes, readNetworkBytes, usedNetworkPercent } from "./network-usage.ts";
import { statfsSync } from "node:fs";

/** What the usage is worked out from that only goes up, and when that was read. */
interface Sample {
  readonly at: number;
  readonly cpu: CpuSample;
  readonly network: readonly NetworkBytes[];
}

/** Seconds that all CPUs together have spent since boot; or those of a control group, and those that it was allowed. */
interface CpuSample {
  readonly busy: number;
  readonly total: number;
  /** How many CPUs the group may use; undefined where the host's are told. */
  readonly limit: number | undefined;
}

/** What `system_usage` tells of. */
export interface SystemUsageOptions {
  /** Whether the limits of the container that we run in count as the whole, where they are lower than the host. Default: true. */
  readonly "container-limits"?: boolean | undefined;
  /** Whether to tell how full the file system at the root is. Default: false. */
  readonly disk?: boolean | undefined;
  /** Whether to tell how full swap is. Default: false. */
  readonly swap?: boolean | undefined;
  /** Whether to tell how busy the busiest network interface is, of those whose speed is known. Default: false. */
  readonly network?: boolean | undefined;
}

/** What `system_usage` tells of. */
export const systemUsageOptions: OptionsSchema<SystemUsageOptions> = z.strictObject({
  "container-limits": z
    .boolean()
    .default(true)
    .meta({ description: "Whether the limits of the container that we run in count as the whole. Default: true." }),
  disk: flag("Whether to tell how full the file system at the root is."),
  swap: flag("Whether to tell how full swap is."),
  network: flag("Whether to tell how busy the busiest network interface is, of those whose speed is known."),
});

const sampleMilliseconds = 5000;
// Shorter than this, the kernel's hundredths of a second would make the share coarse.
const shortestWindowMilliseconds = 100;

/**
 * CPU and memory usage in percent: of what the container that we run in may use, where it is limited, else of the host. CPU
 * usage is over the last 5 to 10 seconds, or since the start where that is shorter: samples are taken in the background, so
 * that the first scrape has a true value and scrapes by several Prometheus servers do not disturb each other.
 */
export function systemUsageCollector(paths: HostPaths | undefined, options: SystemUsageOptions = {}): Collector {
  let older: Sample | undefined;
  let newer: Sample | undefined;
  let timer: NodeJS.Timeout | undefined;
  let readCgroup: ReadCgroup | undefined;

  function takeSample(): void {
    try {
      // A process may be moved to another.
      readCgroup = ownCgroup(paths, options);
      const taken = sample(paths, options, readCgroup?.());
      older = newer ?? taken;
      newer = taken;
    } catch {
      // The next scrape meets the same error and reports it.
    }
  }

  return {
    name: "system_usage",
    start() {
      takeSample();
      timer = setInterval(takeSample, sampleMilliseconds).unref();
    },
    stop() {
      clearInterval(timer);
    },
    async collect(scrape) {
      if (older === undefined) takeSample();
      const since = older ?? sample(paths, options, readCgroup?.());
      const tooEarly = shortestWindowMilliseconds - (performance.now() - since.at);
      if (tooEarly > 0) await sleep(tooEarly, undefined, { signal: scrape.signal });
      const usage = scrape.gauge({
        name: "system_usage",
        help: "Usage of CPU, over the last 5 to 10 seconds, and of memory, in percent of what the host or container has.",
        labelNames: ["resource_type"],
      });
      const group = readCgroup?.();
      const now = sample(paths, options, group);
      const told = {
        CPU: cpuPercent(since.cpu, now.cpu),
        Memory: memoryPercent(paths, group),
        Disk: options.disk ? diskPercent(paths?.rootfs ?? process.cwd()) : undefined,
        Swap: options.swap && paths ? readSwap(paths.procfs) : undefined,
        Network: usedNetworkPercent(since.network, now.network, (now.at - since.at) / 1000),
      };
      for (const [resource_type, percent] of Object.entries(told)) {
        if (percent !== undefined) usage.set({ resource_type }, percent);
      }
    },
  };
}

function sample(paths: HostPaths | undefined, options: SystemUsageOptions, group: ControlGroup | undefined): Sample {
  const at = performance.now();
  const network = options.network && paths ? readNetworkBytes(paths.sysfs) : [];
  const cpus = readCpuTimes(paths?.procfs);
  return { at, cpu: cpuOfContainer(group, at / 1000, cpus.length) ?? cpuOfHost(cpus), network };
}

/** The container's CPU time, where it is limited. A limit above what the host has is none. */
function cpuOfContainer(group: ControlGroup | undefined, seconds: number, cpus: number): CpuSample | undefined {
  if (group?.cpuLimit === undefined || group.cpuSeconds === undefined || group.cpuLimit >= cpus) return undefined;
  return { busy: group.cpuSeconds, total: seconds * group.cpuLimit, limit: group.cpuLimit };
}

function ownCgroup(paths: HostPaths | undefined, options: SystemUsageOptions): ReadCgroup | undefined {
  if (paths === undefined || options["container-limits"] === false) return undefined;
  return findOwnCgroup(paths.procfs, paths.sysfs);
}

function cpuOfHost(cpus: readonly CpuTimes[]): CpuSample {
  let idle = 0;
  let total = 0;
  for (const { modes } of cpus) {
    for (const seconds of modes.values()) total += seconds;
    idle += (modes.get("idle") ?? 0) + (modes.get("iowait") ?? 0);
  }
  return { busy: total - idle, total, limit: undefined };
}

/**
 * The busy share; undefined where the times stand still, as in sandboxes that hide them, or where the limit has changed. A CPU
 * that went away between the samples takes its seconds with it and must not make the share negative.
 */
function cpuPercent(from: CpuSample, to: CpuSample): number | undefined {
  const total = to.total - from.total;
  if (total <= 0 || from.limit !== to.limit) return undefined;
  return Math.min(Math.max((100 * (to.busy - from.busy)) / total, 0), 100);
}

function memoryPercent(paths: HostPaths | undefined, group: ControlGroup | undefined): number {
  const { total, available } = readMemory(paths?.procfs);
  const { memoryLimitBytes, workingSetBytes } = group ?? {};
  // A limit above what the host has is none.
  if (
    memoryLimitBytes !== undefined &&
    memoryLimitBytes > 0 &&
    memoryLimitBytes < total &&
    workingSetBytes !== undefined
  ) {
    return Math.min((100 * workingSetBytes) / memoryLimitBytes, 100);
  }
  return (100 * (total - available)) / total;
}

/** As `df` works it out: what is kept for root counts neither as used nor as free. */
function diskPercent(rootfs: string): number | undefined {
  const { blocks, bfree, bavail } = statfsSync(rootfs);
  const used = blocks - bfree;
  return used + bavail === 0 ? undefined : (100 * used) / (used + bavail);
}
