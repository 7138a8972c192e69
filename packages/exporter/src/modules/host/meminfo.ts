import { freemem, totalmem } from "node:os";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { KnownFields } from "./known-fields.ts";
import { parseMeminfo } from "./memory.ts";
import { readText } from "./pseudo-file.ts";
import { type LoadSystemInformation, loadSystemInformation } from "./system-information.ts";

/** Memory: every field of /proc/meminfo; elsewhere what node_exporter tells of macOS, as far as that is known. */
export function meminfoCollector(
  paths: HostPaths | undefined,
  load: LoadSystemInformation = loadSystemInformation,
): Collector {
  return paths === undefined ? meminfoElsewhere(load) : meminfoOf(paths);
}

function meminfoElsewhere(load: LoadSystemInformation): Collector {
  let loading: ReturnType<LoadSystemInformation> | undefined;
  return {
    name: "meminfo",
    async collect(scrape) {
      const memory = await (await (loading ??= load()))?.mem();
      for (const [name, help, value] of [
        ["total_bytes", "Memory of the host, in bytes.", totalmem()],
        ["free_bytes", "Memory that is free, in bytes.", freemem()],
        ["active_bytes", "Memory that is in use, in bytes.", memory?.active],
        ["swap_total_bytes", "Swap space, in bytes.", memory?.swaptotal],
        ["swap_used_bytes", "Swap space that is in use, in bytes.", memory?.swapused],
      ] as const) {
        if (value !== undefined && Number.isFinite(value)) {
          scrape.gauge({ name: `node_memory_${name}`, help }).set(value);
        }
      }
    },
  };
}

function meminfoOf({ procfs }: HostPaths): Collector {
  const known = { bytes: new KnownFields(declaredAs("_bytes")), pages: new KnownFields(declaredAs("")) };
  return {
    name: "meminfo",
    collect(scrape) {
      const fields = parseMeminfo(readText(procfs, "meminfo"));
      if (fields.size === 0) throw new Error("meminfo has no field");
      for (const [field, { value, unit }] of fields) {
        scrape.gauge(known[unit].get(field)!).set(value);
      }
    },
  };
}

function declaredAs(unit: string): (field: string) => { name: string; help: string } {
  return (field) => {
    const name = field.replace(/\)$/, "").replaceAll(/[^a-zA-Z0-9_]/g, "_") + unit;
    return { name: `node_memory_${name}`, help: `Memory information field ${name}.` };
  };
}
