import { uptime } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import { readProc } from "./proc.ts";

/** When the host booted. */
export function statCollector(procfs: string | undefined): Collector {
  return {
    name: "stat",
    collect(scrape) {
      const bootTime =
        procfs === undefined ? Math.round(Date.now() / 1000 - uptime()) : parseBootTime(readProc(procfs, "stat"));
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
