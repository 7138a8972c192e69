import { join } from "node:path";
import { z } from "zod";
import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { flag, type OptionsSchema } from "./options.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

/** What the collector of energy can be told. */
export interface RaplOptions {
  /** Whether the zone is a label of one metric, rather than part of the names of several. */
  readonly "enable-zone-label": boolean;
}

/** The schema of these. */
export const raplOptions: OptionsSchema<RaplOptions> = z.strictObject({
  "enable-zone-label": flag("Whether the zone is a label of one metric, rather than part of the names of several."),
});

const folder = "class/powercap";
const microjoules = 1e6;

/** The energy that packages, cores and memory have used, from /sys/class/powercap, which root alone may read on newer kernels. */
export function raplCollector({ sysfs }: HostPaths, options: RaplOptions): Collector {
  return {
    name: "rapl",
    collect(scrape) {
      const byName = new LazyMetrics(scrape, ["index", "path"]);
      const byLabel = new LazyMetrics(scrape, ["index", "path", "rapl_zone"]);
      const zones = zonesOf(sysfs);
      for (const { zone, index, path, joules } of zones) {
        if (options["enable-zone-label"]) {
          const labels = { index, path, rapl_zone: zone };
          byLabel.counter("node_rapl_joules_total", "Current RAPL value in joules", labels, joules);
        } else {
          const name = `node_rapl_${zone.replaceAll(/_*[^0-9A-Za-z_]+_*/g, "_")}_joules_total`;
          byName.counter(name, `Current RAPL ${zone} value in joules`, { index, path }, joules);
        }
      }
      if (zones.length === 0) throw new NoData("there is no zone of energy that can be read");
    },
  };
}

interface Zone {
  readonly zone: string;
  readonly index: string;
  readonly path: string;
  readonly joules: number;
}

/** A number behind the name is the index; zones that share a name without one are counted. */
function zonesOf(sysfs: string): Zone[] {
  const next = new Map<string, number>();
  return listFolder(sysfs, folder).flatMap((entry) => {
    const name = readAttribute(sysfs, `${folder}/${entry}/name`);
    if (name === undefined) return [];
    const [, prefix, number] = /^([^-]*)-(\d+)$/.exec(name) ?? [];
    const zone = prefix ?? name;
    const index = number === undefined ? (next.get(zone) ?? 0) : Number(number);
    next.set(zone, index + 1);
    const energy = readNumber(sysfs, `${folder}/${entry}/energy_uj`);
    if (energy === undefined) return [];
    const path = join(sysfs, folder, entry);
    return [{ zone, index: String(index), path, joules: energy / microjoules }];
  });
}
