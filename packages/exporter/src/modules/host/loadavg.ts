import { loadavg } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import { readProc } from "./proc.ts";

/** Load averages. */
export function loadavgCollector(procfs: string | undefined): Collector {
  return {
    name: "loadavg",
    collect(scrape) {
      const loads = procfs === undefined ? loadavg() : readProc(procfs, "loadavg").split(" ").map(Number);
      scrape.gauge({ name: "node_load1", help: "1m load average." }).set(loads[0]!);
      scrape.gauge({ name: "node_load5", help: "5m load average." }).set(loads[1]!);
      scrape.gauge({ name: "node_load15", help: "15m load average." }).set(loads[2]!);
    },
  };
}
