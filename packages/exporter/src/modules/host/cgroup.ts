import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readOwnCgroup } from "./own-cgroup.ts";

/** What the container that we run in uses, and the tightest of the limits that it is held to; a limit that is not set is left out. */
export function cgroupCollector({ procfs, sysfs }: HostPaths): Collector {
  return {
    name: "cgroup",
    collect(scrape) {
      const group = readOwnCgroup(procfs, sysfs);
      if (group === undefined) throw new NoData("this process is in no control group that can be read");
      const { cpuSeconds, cpuLimit, memoryBytes, workingSetBytes, memoryLimitBytes } = group;
      if (cpuSeconds !== undefined) {
        const help = "CPU time that the control group of this process has used.";
        scrape.counter({ name: "node_cgroup_cpu_seconds_total", help }).setTotal(cpuSeconds);
      }
      const gauges = [
        ["cpu_limit_cores", "CPUs that the control group of this process may keep busy.", cpuLimit],
        ["memory_usage_bytes", "Memory of the control group of this process, page cache included.", memoryBytes],
        [
          "memory_working_set_bytes",
          "Memory of the control group that it could not give back at once.",
          workingSetBytes,
        ],
        ["memory_limit_bytes", "Memory that the control group of this process may use.", memoryLimitBytes],
      ] as const;
      for (const [name, help, value] of gauges) {
        if (value !== undefined) scrape.gauge({ name: `node_cgroup_${name}`, help }).set(value);
      }
    },
  };
}
