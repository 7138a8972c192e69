import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";

/** What NVMe controllers say of themselves. */
export function nvmeCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "nvme",
    collect(scrape) {
      const devices = listFolder(sysfs, "class/nvme");
      if (devices.length === 0) throw new NoData("there is no NVMe controller");
      const info = scrape.gauge({
        name: "node_nvme_info",
        help: "Non-numeric data from /sys/class/nvme/<device>, value is always 1.",
        labelNames: ["device", "firmware_revision", "model", "serial", "state"],
      });
      for (const device of devices) {
        const of = (attribute: string): string => readAttribute(sysfs, `class/nvme/${device}/${attribute}`) ?? "";
        const about = { firmware_revision: of("firmware_rev"), model: of("model"), serial: of("serial") };
        info.set({ device, ...about, state: of("state") }, 1);
      }
    },
  };
}
