import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, parseNumber, readAttribute } from "./pseudo-file.ts";

const btree = ["lookups", "compares", "records_inserted", "records_deleted"];

/** The lines that are told, by their first word: what the names begin with, and what the numbers of the line are. */
const lines: Readonly<Record<string, readonly [prefix: string, columns: readonly string[]]>> = {
  extent_alloc: ["extent_allocation", ["extents_allocated", "blocks_allocated", "extents_freed", "blocks_freed"]],
  abt: ["allocation_btree", btree],
  blk_map: [
    "block_mapping",
    [
      "reads",
      "writes",
      "unmaps",
      "extent_list_insertions",
      "extent_list_deletions",
      "extent_list_lookups",
      "extent_list_compares",
    ],
  ],
  bmbt: ["block_map_btree", btree],
  dir: ["directory_operation", ["lookup", "create", "remove", "getdents"]],
  ig: ["inode_operation", ["attempts", "found", "recycled", "missed", "duplicates", "reclaims", "attribute_changes"]],
  rw: ["", ["write_calls", "read_calls"]],
  vnodes: ["vnode", ["active", "allocate", "get", "hold", "release", "reclaim", "remove"]],
};

/** What the XFS file systems have done, from /sys/fs/xfs. The kernel's counters are of 32 bits and start again at 0. */
export function xfsCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "xfs",
    collect(scrape) {
      const metrics = new LazyMetrics(scrape, ["device"]);
      for (const device of listFolder(sysfs, "fs/xfs")) {
        const stats = readAttribute(sysfs, `fs/xfs/${device}/stats/stats`) ?? "";
        for (const line of stats.split("\n")) {
          const [word = "", ...values] = line.split(" ");
          const [prefix, columns] = lines[word] ?? ["", []];
          for (const [i, column] of columns.entries()) {
            const name = `${prefix === "" ? "" : `${prefix}_`}${column}`;
            const help = `XFS statistic ${word}, ${column.replaceAll("_", " ")}.`;
            metrics.counter(`node_xfs_${name}_total`, help, { device }, parseNumber(values[i]));
          }
        }
      }
    },
  };
}
