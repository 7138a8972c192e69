import { uptime } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** When the host booted. */
export function statCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  return {
    name: "stat",
    collect(scrape) {
      const bootTime =
        procfs === undefined ? Math.round(Date.now() / 1000 - uptime()) : parseBootTime(readText(procfs, "stat"));
      scrape
        .gauge({ name: "node_boot_time_seconds", help: "Boot time since the Unix epoch, in seconds." })
        .set(bootTime);
    },
  };
}

function parseBootTime(stat: string): number {
  const seconds = /^btime (\d+)$/m.exec(stat)?.[1];
  if (seconds === undefined) throw new Error("stat lacks btime");
  return Number(seconds);
}
