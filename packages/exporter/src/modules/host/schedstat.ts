import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readTextIfAny } from "./pseudo-file.ts";

/** How long the scheduler of each CPU has had processes run and wait. */
export function schedstatCollector(paths: HostPaths): Collector {
  return {
    name: "schedstat",
    collect(scrape) {
      const text = readTextIfAny(paths.procfs, "schedstat");
      if (text === undefined) throw new NoData("the kernel does not tell how it schedules");
      const running = scrape.counter({
        name: "node_schedstat_running_seconds_total",
        help: "Number of seconds CPU spent running a process.",
        labelNames: ["cpu"],
      });
      const waiting = scrape.counter({
        name: "node_schedstat_waiting_seconds_total",
        help: "Number of seconds that processes spent waiting for this CPU.",
        labelNames: ["cpu"],
      });
      const timeslices = scrape.counter({
        name: "node_schedstat_timeslices_total",
        help: "Number of timeslices executed by CPU.",
        labelNames: ["cpu"],
      });
      for (const [, cpu, run, wait, slices] of text.matchAll(/^cpu(\d+)(?: \d+){6} (\d+) (\d+) (\d+)/gm)) {
        running.setTotal({ cpu: cpu! }, Number(run) / 1e9);
        waiting.setTotal({ cpu: cpu! }, Number(wait) / 1e9);
        timeslices.setTotal({ cpu: cpu! }, Number(slices));
      }
    },
  };
}
