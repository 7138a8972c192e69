import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { KnownFields } from "./known-fields.ts";
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
  const known = new KnownFields((field) =>
    fields.test(field) ? { name: `node_vmstat_${field}`, help: `/proc/vmstat information field ${field}.` } : undefined,
  );
  return {
    name: "vmstat",
    collect(scrape) {
      let isAny = false;
      for (const line of readText(paths.procfs, "vmstat").split("\n")) {
        const space = line.indexOf(" ");
        const declared = known.get(line.slice(0, space));
        if (isAny && declared === undefined) continue;
        if (!/^\w+ \d+$/.test(line)) continue;
        isAny = true;
        if (declared !== undefined) scrape.unknown(declared).set(Number(line.slice(space + 1)));
      }
      if (!isAny) throw new Error("vmstat has no field");
    },
  };
}
