import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

const root = "class/watchdog";

const gauges = [
  ["bootstatus", "bootstatus"],
  ["fw_version", "fw_version"],
  ["nowayout", "nowayout"],
  ["timeleft", "timeleft_seconds"],
  ["timeout", "timeout_seconds"],
  ["pretimeout", "pretimeout_seconds"],
  ["access_cs0", "access_cs0"],
] as const;

/** The timers that start the machine again unless somebody winds them up, from /sys/class/watchdog. */
export function watchdogCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "watchdog",
    collect(scrape) {
      const watchdogs = listFolder(sysfs, root);
      if (watchdogs.length === 0) throw new NoData("there is no watchdog");
      const metrics = new LazyMetrics(scrape, ["name"]);
      const info = scrape.gauge({
        name: "node_watchdog_info",
        help: "Info of /sys/class/watchdog/<watchdog>",
        labelNames: ["name", "options", "identity", "state", "status", "pretimeout_governor"],
      });
      for (const name of watchdogs) {
        for (const [file, metric] of gauges) {
          const help = `Value of /sys/class/watchdog/<watchdog>/${file}`;
          metrics.gauge(`node_watchdog_${metric}`, help, { name }, readNumber(sysfs, `${root}/${name}/${file}`));
        }
        const of = (attribute: string): string => readAttribute(sysfs, `${root}/${name}/${attribute}`) ?? "";
        const labels = { options: of("options"), identity: of("identity"), state: of("state"), status: of("status") };
        info.set({ name, ...labels, pretimeout_governor: of("pretimeout_governor") }, 1);
      }
    },
  };
}
