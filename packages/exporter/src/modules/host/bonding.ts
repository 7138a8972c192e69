import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readAttribute, readTextIfAny } from "./pseudo-file.ts";

/** How many links bonded interfaces have, and how many of them are up. */
export function bondingCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "bonding",
    collect(scrape) {
      const masters = readTextIfAny(sysfs, "class/net/bonding_masters");
      if (masters === undefined) throw new NoData("no interface is bonded");
      const links = scrape.gauge({
        name: "node_bonding_slaves",
        help: "Number of configured slaves per bonding interface.",
        labelNames: ["master"],
      });
      const active = scrape.gauge({
        name: "node_bonding_active",
        help: "Number of active slaves per bonding interface.",
        labelNames: ["master"],
      });
      for (const master of words(masters)) {
        const configured = readAttribute(sysfs, `class/net/${master}/bonding/slaves`);
        if (configured === undefined) continue;
        const states = words(configured).map((link) => stateOf(sysfs, master, link));
        links.set({ master }, states.length);
        active.set({ master }, states.filter((state) => state === "up").length);
      }
    },
  };
}

// Before Linux 3.14 the links of a bond were called slaves here too.
function stateOf(sysfs: string, master: string, link: string): string | undefined {
  const read = (prefix: string): string | undefined =>
    readAttribute(sysfs, `class/net/${master}/${prefix}_${link}/bonding_slave/mii_status`);
  return read("lower") ?? read("slave");
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
