import { z } from "zod";
import { filePath } from "../../config/file-path.ts";
import { messageOf } from "../../exporter-error.ts";
import { LinearPattern } from "./linear-pattern.ts";
import type { ProcessName } from "./matcher.ts";
import { parseNameTemplate } from "./name-template.ts";

/** The module as a configuration file has it. */
export interface ProcessConfig {
  readonly process_names: readonly ProcessName[];
  readonly children: boolean;
  readonly recheck: boolean;
  readonly threads: boolean;
  readonly smaps: boolean;
  readonly max_groups: number;
  readonly procfs: string;
}

/** A text that `parse` does not throw at; what it throws is the sentence. */
function parsed(parse: (text: string) => unknown): z.ZodString {
  return z
    .string()
    .min(1)
    .superRefine((text, context) => {
      try {
        parse(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: messageOf(error) });
      }
    });
}

const pattern = parsed((text) => {
  try {
    return new LinearPattern(text);
  } catch (error) {
    throw new Error(`is no regular expression of Go (${messageOf(error)}); correct it`, { cause: error });
  }
});

const texts = z.array(z.string()).min(1).optional();
const patterns = z.array(pattern).min(1).optional();
const selectors = ["comm", "exe", "cmdline", "user", "cgroup", "pod", "unit"] as const;

const processName = z
  .strictObject({
    name: parsed(parseNameTemplate)
      .optional()
      .meta({ description: "The name of the group, a template such as {{.Comm}}; {{.ExeBase}} by default." }),
    comm: texts.meta({ description: "Names as the kernel has them, one of which must be the process's." }),
    exe: texts.meta({ description: "What the process was started as: a whole path, or its last part." }),
    cmdline: patterns.meta({
      description:
        "Regular expressions, all of which must be found in the command line; (?P<x>…) makes {{.Matches.x}}.",
    }),
    user: texts.meta({ description: "Names or numbers of users, one of which must be the effective one." }),
    cgroup: patterns.meta({ description: "Regular expressions, one of which must be found in a cgroup's path." }),
    pod: patterns.meta({ description: "Regular expressions, one of which must be found in the UID of the pod." }),
    unit: patterns.meta({ description: "Regular expressions, one of which must be found in the systemd unit's name." }),
  })
  .refine((entry) => selectors.some((selector) => entry[selector] !== undefined), {
    message: `selects no process; give it one of ${selectors.join(", ")}`,
  });

/** What may stand below `modules.process`. */
export const processSchema: z.ZodType<ProcessConfig> = z.strictObject({
  process_names: z
    .array(processName)
    .min(1)
    .default([{ name: "{{.Comm}}", cmdline: [".+"] }])
    .meta({
      description: "Which processes are measured, as process-exporter has it; the first entry that fits decides.",
    }),
  children: z
    .boolean()
    .default(true)
    .meta({ description: "Whether what fits no entry belongs to the group of its nearest ancestor that is in one." }),
  recheck: z
    .boolean()
    .default(false)
    .meta({ description: "Whether each scrape looks whether names and command lines have changed." }),
  threads: z.boolean().default(false).meta({ description: "Whether there are families by the names of threads." }),
  smaps: z.boolean().default(true).meta({ description: "Whether the proportional memory is measured." }),
  max_groups: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .meta({ description: "How many groups there may be; processes of others are left out." }),
  procfs: filePath().default("/proc").meta({ description: "Where procfs is mounted." }),
});
