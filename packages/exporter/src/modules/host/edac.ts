import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, readNumber } from "./pseudo-file.ts";

const controllers = "devices/system/edac/mc";

/** Errors of memory that the machine has detected and corrected, or only detected. */
export function edacCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "edac",
    collect(scrape) {
      const whole = new LazyMetrics(scrape, ["controller"]);
      const rows = new LazyMetrics(scrape, ["controller", "csrow"]);
      for (const folder of listFolder(sysfs, controllers)) {
        const controller = /^mc(\d+)$/.exec(folder)?.[1];
        if (controller === undefined) continue;
        const count = (file: string): number | undefined => readNumber(sysfs, `${controllers}/${folder}/${file}`);
        for (const [prefix, kind] of [
          ["ce", "correctable"],
          ["ue", "uncorrectable"],
        ] as const) {
          const name = `node_edac_${kind}_errors_total`;
          whole.counter(name, `Total ${kind} memory errors.`, { controller }, count(`${prefix}_count`));
          const ofRow = (csrow: string, errors: number | undefined): void =>
            rows.counter(
              `node_edac_csrow_${kind}_errors_total`,
              `Total ${kind} memory errors for this csrow.`,
              { controller, csrow },
              errors,
            );
          ofRow("unknown", count(`${prefix}_noinfo_count`));
          for (const row of listFolder(sysfs, `${controllers}/${folder}`)) {
            const csrow = /^csrow(\d+)$/.exec(row)?.[1];
            if (csrow !== undefined) ofRow(csrow, count(`${row}/${prefix}_count`));
          }
        }
      }
    },
  };
}
