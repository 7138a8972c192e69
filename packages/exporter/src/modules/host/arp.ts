import type { Collector } from "../../scrape/collector.ts";
import { deviceFilter, deviceOptions, type DeviceOptions } from "./device-filter.ts";
import type { HostPaths } from "./host-paths.ts";
import type { OptionsSchema } from "./options.ts";
import { readText } from "./pseudo-file.ts";

/** The schema of the options of the collector of the ARP table. */
export const arpOptions: OptionsSchema<DeviceOptions> = deviceOptions();

/** How many neighbours the ARP table has behind each network device. */
export function arpCollector(paths: HostPaths, options: DeviceOptions): Collector {
  const isWanted = deviceFilter(options);
  return {
    name: "arp",
    collect(scrape) {
      const entries = scrape.gauge({
        name: "node_arp_entries",
        help: "ARP entries by device.",
        labelNames: ["device"],
      });
      const [, ...lines] = readText(paths.procfs, "net/arp").split("\n");
      for (const line of lines) {
        const columns = line.trim().split(/\s+/);
        const device = columns[5];
        if (device !== undefined && isWanted(device)) entries.inc({ device });
      }
    },
  };
}
