import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import { listFolder, readAttribute } from "./pseudo-file.ts";
import { type ZoneOffset, zoneOffset } from "./time-zone.ts";

const folder = "devices/system/clocksource";

/** The clock of the host, and what it runs on. */
export function timeCollector(paths: HostPaths | undefined): Collector {
  let zone: ZoneOffset | undefined;
  return {
    name: "time",
    collect(scrape) {
      const now = new Date();
      scrape
        .gauge({ name: "node_time_seconds", help: "System time since the Unix epoch, in seconds." })
        .set(now.getTime() / 1000);
      // To format a date takes long; the name changes with the offset.
      if (zone?.seconds !== -now.getTimezoneOffset() * 60) zone = zoneOffset(now);
      scrape
        .gauge({
          name: "node_time_zone_offset_seconds",
          help: "System time zone offset in seconds.",
          labelNames: ["time_zone"],
        })
        .set({ time_zone: zone.name }, zone.seconds);
      if (paths !== undefined) tellClocks(scrape, paths);
    },
  };
}

function tellClocks(scrape: Scrape, paths: HostPaths): void {
  const available = scrape.gauge({
    name: "node_time_clocksource_available_info",
    help: "Available clocksources, from /sys/devices/system/clocksource.",
    labelNames: ["device", "clocksource"],
  });
  const current = scrape.gauge({
    name: "node_time_clocksource_current_info",
    help: "Current clocksource, from /sys/devices/system/clocksource.",
    labelNames: ["device", "clocksource"],
  });
  for (const name of listFolder(paths.sysfs, folder)) {
    const device = /^clocksource(\d+)$/.exec(name)?.[1];
    if (device === undefined) continue;
    const words = (attribute: string): string[] =>
      (readAttribute(paths.sysfs, `${folder}/${name}/${attribute}`) ?? "").split(/\s+/).filter((word) => word !== "");
    for (const clocksource of words("available_clocksource")) available.set({ device, clocksource }, 1);
    for (const clocksource of words("current_clocksource")) current.set({ device, clocksource }, 1);
  }
}
