import { z } from "zod";
import { collectors } from "./collectors.ts";
import { defaultPaths } from "./host-paths.ts";

/** What the host module is told, as a configuration file says it. */
export interface HostConfig {
  readonly paths: {
    readonly procfs?: string | undefined;
    readonly sysfs?: string | undefined;
    readonly rootfs?: string | undefined;
    readonly udev_data?: string | undefined;
  };
  readonly disable_defaults: boolean;
  /** By name: whether it runs, or its options, which let it run. */
  readonly collectors: Readonly<Record<string, CollectorConfig | undefined>>;
}

/** What is said of one collector: whether it runs, or its options, which let it run unless `enabled` is false. */
export type CollectorConfig = boolean | Readonly<Record<string, unknown>>;

const folder = (fallback: string): z.ZodOptional<z.ZodString> =>
  z
    .string()
    .min(1)
    .optional()
    .meta({ description: `Where the host's own is mounted. Default: ${fallback}.` });

const collectorFields = collectors.map(({ name, isDefault, options }) => {
  const withOptions = options.safeExtend({
    enabled: z.boolean().default(true).meta({ description: "Whether it runs." }),
  });
  const description = `Whether it runs, or its options. Default: ${isDefault}.`;
  return [name, z.union([z.boolean(), withOptions]).optional().meta({ description })] as const;
});

/** The schema of the host module's configuration. */
export const hostSchema: z.ZodType<HostConfig> = z.strictObject({
  paths: z
    .strictObject({
      procfs: folder(defaultPaths.procfs),
      sysfs: folder(defaultPaths.sysfs),
      rootfs: folder(defaultPaths.rootfs),
      udev_data: folder("run/udev/data below rootfs"),
    })
    .prefault({})
    .meta({ description: "Where the file systems are that are read." }),
  disable_defaults: z
    .boolean()
    .default(false)
    .meta({ description: "Whether only those collectors run that are named below collectors." }),
  collectors: z
    .strictObject(Object.fromEntries(collectorFields))
    .prefault({})
    .meta({ description: "Collectors by name: whether they run, or their options by node_exporter's names." }),
});
