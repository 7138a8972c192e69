import { loadavg } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** Load averages. */
export function loadavgCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  return {
    name: "loadavg",
    collect(scrape) {
      const loads = procfs === undefined ? loadavg() : readText(procfs, "loadavg").split(" ").map(Number);
      scrape.gauge({ name: "node_load1", help: "1m load average." }).set(loads[0]!);
      scrape.gauge({ name: "node_load5", help: "5m load average." }).set(loads[1]!);
      scrape.gauge({ name: "node_load15", help: "15m load average." }).set(loads[2]!);
    },
  };
}
