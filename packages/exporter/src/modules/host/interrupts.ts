import { z } from "zod";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { excludePattern, includePattern, type OptionsSchema } from "./options.ts";
import { readText } from "./pseudo-file.ts";

/** What the collector of interrupts can be told. */
export interface InterruptsOptions {
  /** Those whose `type;info;devices` has a match. Default: all. */
  readonly "name-include"?: RegExp | undefined;
  /** All but those whose `type;info;devices` has a match. */
  readonly "name-exclude"?: RegExp | undefined;
  /** Whether to tell those that have not happened on a CPU. */
  readonly "include-zeros": boolean;
}

/** The schema of these. */
export const interruptsOptions: OptionsSchema<InterruptsOptions> = z.strictObject({
  "name-include": includePattern()
    .optional()
    .meta({ description: "Regular expression of type;info;devices of the interrupts to tell." }),
  "name-exclude": excludePattern()
    .optional()
    .meta({ description: "Regular expression of type;info;devices of the interrupts to leave out." }),
  "include-zeros": z
    .boolean()
    .default(true)
    .meta({ description: "Whether to tell interrupts that have not happened on a CPU." }),
});

/** How often each interrupt was served by each CPU. */
export function interruptsCollector(paths: HostPaths, options: InterruptsOptions): Collector {
  const { "name-include": include, "name-exclude": exclude, "include-zeros": includeZeros } = options;
  return {
    name: "interrupts",
    collect(scrape) {
      const interrupts = scrape.counter({
        name: "node_interrupts_total",
        help: "Interrupts served, by CPU.",
        labelNames: ["cpu", "type", "info", "devices"],
      });
      for (const { cpu, type, info, devices, total } of parseInterrupts(readText(paths.procfs, "interrupts"))) {
        const name = `${type};${info};${devices}`;
        if ((exclude?.test(name) ?? false) || !(include?.test(name) ?? true)) continue;
        if (total > 0 || includeZeros) interrupts.setTotal({ cpu, type, info, devices }, total);
      }
    },
  };
}

interface Interrupt {
  readonly cpu: string;
  readonly type: string;
  readonly info: string;
  readonly devices: string;
  readonly total: number;
}

/** Reads a table with a column for each CPU that is online; its head names them. */
function parseInterrupts(text: string): Interrupt[] {
  const [head = "", ...lines] = text.split("\n");
  const cpus = Array.from(head.matchAll(/\bCPU(\d+)\b/g), ([, cpu]) => cpu!);
  if (cpus.length === 0) throw new Error("interrupts has no CPU");
  return lines.flatMap((line) => {
    const [, type, rest] = /^\s*([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const columns = rest?.split(/\s+/) ?? [];
    const totals = columns.slice(0, cpus.length);
    // ERR and MIS have one number for all CPUs, and no description.
    if (type === undefined || columns.length <= cpus.length || !totals.every((total) => /^\d+$/.test(total))) return [];
    const description = columns.slice(cpus.length);
    // Those of devices are numbered, and say by which controller they come.
    const [info, devices] = /^\d+$/.test(type)
      ? [description[0]!, description.slice(1).join(" ")]
      : [description.join(" "), ""];
    return cpus.map((cpu, i) => ({ cpu, type, info, devices, total: Number(totals[i]) }));
  });
}
