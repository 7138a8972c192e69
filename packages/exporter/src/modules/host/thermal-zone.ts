import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

/** Temperatures of the machine's zones, and how far its cooling devices are turned up. */
export function thermalZoneCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "thermal_zone",
    collect(scrape) {
      const zones = new LazyMetrics(scrape, ["zone", "type"]);
      const devices = new LazyMetrics(scrape, ["name", "type"]);
      for (const folder of listFolder(sysfs, "class/thermal")) {
        const path = `class/thermal/${folder}`;
        const type = readAttribute(sysfs, `${path}/type`);
        if (type === undefined) continue;
        const zone = /^thermal_zone(\d+)$/.exec(folder)?.[1];
        const name = /^cooling_device(\d+)$/.exec(folder)?.[1];
        if (zone !== undefined) {
          const thousandths = readNumber(sysfs, `${path}/temp`);
          const celsius = thousandths === undefined ? undefined : thousandths / 1000;
          zones.gauge("node_thermal_zone_temp", "Zone temperature in Celsius", { zone, type }, celsius);
        } else if (name !== undefined) {
          const current = readNumber(sysfs, `${path}/cur_state`);
          const most = readNumber(sysfs, `${path}/max_state`);
          const help = "throttle state of the cooling device";
          devices.gauge("node_cooling_device_cur_state", `Current ${help}`, { name, type }, current);
          devices.gauge("node_cooling_device_max_state", `Maximum ${help}`, { name, type }, most);
        }
      }
    },
  };
}
