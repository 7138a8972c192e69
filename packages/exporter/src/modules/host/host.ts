import type { Collector } from "../../scrape/collector.ts";
import { cpuCollector } from "./cpu.ts";
import { loadavgCollector } from "./loadavg.ts";
import { meminfoCollector } from "./meminfo.ts";
import { statCollector } from "./stat.ts";
import { systemUsageCollector } from "./system-usage.ts";
import { timeCollector } from "./time.ts";
import { unameCollector } from "./uname.ts";

/** What the host module can be told. */
export interface HostOptions {
  /** Where procfs is mounted. Default: `/proc` on Linux; other systems have none, and Node's `os` module stands in. */
  readonly procfs?: string;
}

/** The metrics of this host: `system_usage`, and `node_*` by the names, types and labels of node_exporter. */
export function hostCollectors(options: HostOptions = {}): Collector[] {
  const procfs = options.procfs ?? (process.platform === "linux" ? "/proc" : undefined);
  const everywhere = [
    cpuCollector(procfs),
    meminfoCollector(procfs),
    statCollector(procfs),
    systemUsageCollector(procfs),
    timeCollector(),
    unameCollector(procfs),
  ];
  // Windows has no load average, and Node says 0 there.
  return process.platform === "win32" ? everywhere : [...everywhere, loadavgCollector(procfs)];
}
