import { loadavg } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** Load averages. */
export function loadavgCollector(paths: HostPaths | undefined): Collector {
  return {
    name: "loadavg",
    collect(scrape) {
      const [load1, load5, load15] = paths === undefined ? loadavg() : parseLoads(readText(paths.procfs, "loadavg"));
      scrape.gauge({ name: "node_load1", help: "1m load average." }).set(load1!);
      scrape.gauge({ name: "node_load5", help: "5m load average." }).set(load5!);
      scrape.gauge({ name: "node_load15", help: "15m load average." }).set(load15!);
    },
  };
}

function parseLoads(text: string): number[] {
  const loads = /^(\d+(?:\.\d+)?) (\d+(?:\.\d+)?) (\d+(?:\.\d+)?) /.exec(text)?.slice(1);
  if (loads === undefined) throw new Error("loadavg has no three numbers");
  return loads.map(Number);
}
