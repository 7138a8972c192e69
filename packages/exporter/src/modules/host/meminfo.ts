import { freemem, totalmem } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { parseMeminfo } from "./memory.ts";
import { readText } from "./pseudo-file.ts";

/** Memory: every field of /proc/meminfo; elsewhere what there is in all and what is free. */
export function meminfoCollector(paths: HostPaths | undefined): Collector {
  const procfs = paths?.procfs;
  return {
    name: "meminfo",
    collect(scrape) {
      if (procfs === undefined) {
        scrape.gauge({ name: "node_memory_total_bytes", help: "Memory of the host, in bytes." }).set(totalmem());
        scrape.gauge({ name: "node_memory_free_bytes", help: "Memory that is free, in bytes." }).set(freemem());
        return;
      }
      const fields = parseMeminfo(readText(procfs, "meminfo"));
      if (fields.size === 0) throw new Error("meminfo has no field");
      for (const [field, { value, unit }] of fields) {
        const name = field.replace(/\)$/, "").replaceAll(/[^a-zA-Z0-9_]/g, "_") + (unit === "bytes" ? "_bytes" : "");
        scrape.gauge({ name: `node_memory_${name}`, help: `Memory information field ${name}.` }).set(value);
      }
    },
  };
}
