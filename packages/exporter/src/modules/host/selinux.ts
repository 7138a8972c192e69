import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { parseNumber, readAttribute, readNumber } from "./pseudo-file.ts";

const avc = "fs/selinux/avc";

const cacheHelp = "SELinux AVC";
const configuredModes = new Map([
  ["enforcing", 1],
  ["permissive", 0],
  ["disabled", -1],
]);

/** Whether SELinux is on and enforces its rules, and how its access vector cache does. */
export function selinuxCollector({ sysfs, rootfs }: HostPaths): Collector {
  return {
    name: "selinux",
    collect(scrape) {
      const gauge = (name: string, help: string, value: number | undefined): void => {
        if (value !== undefined) scrape.gauge({ name: `node_selinux_${name}`, help }).set(value);
      };
      const mode = readNumber(sysfs, "fs/selinux/enforce");
      gauge("enabled", "SELinux is enabled, 1 is true, 0 is false", mode === undefined ? 0 : 1);
      if (mode === undefined) return;
      gauge("current_mode", "Current SELinux enforcement mode", mode);
      const config = readAttribute(rootfs, "etc/selinux/config") ?? "";
      const configured = /^\s*SELINUX\s*=\s*(\w+)/m.exec(config)?.[1]?.toLowerCase() ?? "";
      gauge("config_mode", "Configured SELinux enforcement mode", configuredModes.get(configured));

      for (const [name, value] of cacheTotals(readAttribute(sysfs, `${avc}/cache_stats`) ?? "")) {
        scrape.counter({ name: `node_selinux_avc_${name}_total`, help: `${cacheHelp} ${name}` }).setTotal(value);
      }
      const hash = readAttribute(sysfs, `${avc}/hash_stats`) ?? "";
      const [, used, available] = /^buckets used: (\d+)\/(\d+)$/m.exec(hash) ?? [];
      gauge("avc_hash_entries", `${cacheHelp} hash entries`, parseNumber(/^entries: (\d+)$/m.exec(hash)?.[1]));
      gauge("avc_hash_buckets_available", `${cacheHelp} hash buckets available`, parseNumber(available));
      gauge("avc_hash_buckets_used", `${cacheHelp} hash buckets used`, parseNumber(used));
      const longest = parseNumber(/^longest chain: (\d+)$/m.exec(hash)?.[1]);
      gauge("avc_hash_longest_chain", `${cacheHelp} hash longest chain`, longest);
      gauge("avc_threshold", `${cacheHelp} threshold`, readNumber(sysfs, `${avc}/cache_threshold`));
    },
  };
}

/** The columns of a table that has a line for each CPU, added up. */
function cacheTotals(table: string): Map<string, number> {
  const [head = "", ...lines] = table.split("\n").map((line) => line.trim());
  const rows = lines.map((line) => line.split(/\s+/).map((cell) => parseNumber(cell) ?? NaN));
  const totals = head.split(/\s+/).map((name, column) => {
    return [name, rows.reduce((sum, row) => sum + (row[column] ?? NaN), 0)] as const;
  });
  return new Map(totals.filter(([name, total]) => /^[a-z]+$/.test(name) && !Number.isNaN(total)));
}
