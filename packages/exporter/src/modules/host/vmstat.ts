import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { fieldsOption, type OptionsSchema } from "./options.ts";
import { readText } from "./pseudo-file.ts";

const standard = "^(oom_kill|pgpg|pswp|pg.*fault).*";

/** What a collector of many fields can be told. */
export interface VmstatOptions {
  /** The fields to tell. */
  readonly fields: RegExp;
}

/** The schema of these. */
export const vmstatOptions: OptionsSchema<VmstatOptions> = z.strictObject({ fields: fieldsOption(standard) });

/** What the kernel's memory management has counted. */
export function vmstatCollector(paths: HostPaths, { fields }: VmstatOptions): Collector {
  return {
    name: "vmstat",
    collect(scrape) {
      const lines = Array.from(readText(paths.procfs, "vmstat").matchAll(/^(\w+) (\d+)$/gm));
      if (lines.length === 0) throw new Error("vmstat has no field");
      for (const [, field, value] of lines) {
        if (!fields.test(field!)) continue;
        scrape
          .unknown({ name: `node_vmstat_${field}`, help: `/proc/vmstat information field ${field}.` })
          .set(Number(value));
      }
    },
  };
}
