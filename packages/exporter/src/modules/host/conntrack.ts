import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readNumber, readTextIfAny } from "./pseudo-file.ts";

const statistics = {
  found: "Number of searched entries which were successful.",
  invalid: "Number of packets seen which can not be tracked.",
  ignore: "Number of packets seen which are already connected to an entry.",
  insert: "Number of entries inserted into the list.",
  insert_failed: "Number of entries that could not be inserted.",
  drop: "Number of packets dropped because they could not be tracked.",
  early_drop: "Number of entries dropped to make room for new ones.",
  search_restart: "Number of lookups that were restarted because the table was resized.",
};

/** How full the table is of the connections that the firewall tracks. */
export function conntrackCollector(paths: HostPaths): Collector {
  return {
    name: "conntrack",
    collect(scrape) {
      const entries = readNumber(paths.procfs, "sys/net/netfilter/nf_conntrack_count");
      const limit = readNumber(paths.procfs, "sys/net/netfilter/nf_conntrack_max");
      if (entries === undefined || limit === undefined) throw new NoData("the kernel does not track connections");
      scrape.gauge({ name: "node_nf_conntrack_entries", help: "Number of connections that are tracked." }).set(entries);
      scrape
        .gauge({ name: "node_nf_conntrack_entries_limit", help: "Number of connections that can be tracked." })
        .set(limit);
      const totals = sumColumns(readTextIfAny(paths.procfs, "net/stat/nf_conntrack") ?? "");
      for (const [column, help] of Object.entries(statistics)) {
        const total = totals.get(column);
        if (total !== undefined) scrape.gauge({ name: `node_nf_conntrack_stat_${column}`, help }).set(total);
      }
    },
  };
}

/** The sums over the CPUs of hexadecimal columns that the first line names; kernels differ in their number and order. */
function sumColumns(text: string): Map<string, number> {
  const [names = [], ...rows] = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trim().split(/\s+/));
  const whole = rows.filter((row) => row.length === names.length && row.every((cell) => /^[\da-f]+$/.test(cell)));
  if (whole.length === 0) return new Map();
  return new Map(
    names.map((name, column) => [name, whole.reduce((sum, row) => sum + Number.parseInt(row[column]!, 16), 0)]),
  );
}
