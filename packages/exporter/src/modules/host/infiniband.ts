import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { infinibandCounters } from "./infiniband-counters.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

const root = "class/infiniband";
const bytesPerGigabit = 1e9 / 8;

/** What the ports of InfiniBand adapters have moved and what went wrong there, from /sys/class/infiniband. */
export function infinibandCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "infiniband",
    collect(scrape) {
      const devices = listFolder(sysfs, root);
      if (devices.length === 0) throw new NoData("there is no InfiniBand adapter");
      const info = scrape.gauge({
        name: "node_infiniband_info",
        help: "Non-numeric data from /sys/class/infiniband/<device>, value is always 1.",
        labelNames: ["device", "board_id", "firmware_version", "hca_type"],
      });
      const metrics = new LazyMetrics(scrape, ["device", "port"]);
      for (const device of devices) {
        const of = (attribute: string): string => readAttribute(sysfs, `${root}/${device}/${attribute}`) ?? "";
        info.set({ device, board_id: of("board_id"), firmware_version: of("fw_ver"), hca_type: of("hca_type") }, 1);
        for (const port of listFolder(sysfs, `${root}/${device}/ports`)) {
          const labels = { device, port };
          const path = `${root}/${device}/ports/${port}`;
          const state = (name: string): number | undefined => leadingNumber(readAttribute(sysfs, `${path}/${name}`));
          const states = "(0: no change, 1: down, 2: init, 3: armed, 4: active, 5: act defer)";
          metrics.gauge("node_infiniband_state_id", `State of the InfiniBand port ${states}`, labels, state("state"));
          const physical =
            "(0: no change, 1: sleep, 2: polling, 3: disable, 4: shift, 5: link up, 6: link error recover, 7: phytest)";
          const help = `Physical state of the InfiniBand port ${physical}`;
          metrics.gauge("node_infiniband_physical_state_id", help, labels, state("phys_state"));
          const gigabits = state("rate");
          const rate = gigabits === undefined ? undefined : Math.trunc(gigabits * bytesPerGigabit);
          metrics.gauge("node_infiniband_rate_bytes_per_second", "Maximum signal transfer rate", labels, rate);
          for (const [file, name, what, factor = 1] of infinibandCounters) {
            const value = readNumber(sysfs, `${path}/${file}`);
            metrics.counter(`node_infiniband_${name}`, what, labels, value === undefined ? undefined : value * factor);
          }
        }
      }
    },
  };
}

/** The number of a text such as `4: ACTIVE` or `2.5 Gb/sec (1X)`. */
function leadingNumber(text = ""): number | undefined {
  const number = /^\d+(\.\d+)?(?=:| )/.exec(text)?.[0];
  return number === undefined ? undefined : Number(number);
}
