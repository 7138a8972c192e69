import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readAttribute } from "./pseudo-file.ts";

/** The files of /sys/class/dmi/id that are told; the label bears the name of the file but for one. */
const attributes = `bios_date bios_release bios_vendor bios_version board_asset_tag board_name board_serial board_vendor
  board_version chassis_asset_tag chassis_serial chassis_vendor chassis_version product_family product_name product_serial
  product_sku product_uuid product_version sys_vendor`.split(/\s+/);

/** What the firmware says of the machine. Serial numbers are there for root alone. */
export function dmiCollector({ sysfs }: HostPaths): Collector {
  let known: Record<string, string> | undefined;
  return {
    name: "dmi",
    collect(scrape) {
      // It stays until the machine is started again.
      known ??= Object.fromEntries(
        attributes.flatMap((attribute) => {
          const value = readAttribute(sysfs, `class/dmi/id/${attribute}`);
          return value === undefined ? [] : [[attribute === "sys_vendor" ? "system_vendor" : attribute, value]];
        }),
      );
      const labelNames = Object.keys(known);
      if (labelNames.length === 0) throw new NoData("the firmware says nothing of the machine");
      scrape
        .gauge({
          name: "node_dmi_info",
          help: "What the firmware says of BIOS, board, chassis and product, as labels.",
          labelNames,
        })
        .set(known, 1);
    },
  };
}
