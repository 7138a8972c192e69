import { z } from "zod";
import { duration } from "../../config/index.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { FilesystemUsages, type PatientStatfs } from "./filesystem-usage.ts";
import type { HostPaths } from "./host-paths.ts";
import { type Mount, readMounts } from "./mounts.ts";
import { excludePattern, includePattern, notBoth, type OptionsSchema } from "./options.ts";
import { type FilesystemUsage, StatfsProcess } from "./statfs-process.ts";

/** What the collector of file systems can be told, by the names of node_exporter's flags. */
export interface FilesystemOptions {
  /** Mount points to tell of. Default: all but those excluded. */
  readonly "mount-points-include"?: RegExp | undefined;
  /** Mount points to leave out. */
  readonly "mount-points-exclude"?: RegExp | undefined;
  /** Types to tell of. Default: all but those excluded. */
  readonly "fs-types-include"?: RegExp | undefined;
  /** Types to leave out. */
  readonly "fs-types-exclude"?: RegExp | undefined;
  /** Seconds after which a mount that has not answered counts as stuck. Default: 2. */
  readonly "mount-timeout"?: number | undefined;
}

const excludedMountPoints = String.raw`^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)`;
const excludedTypes =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|" +
  "pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$";
// Below what Prometheus is commonly told to wait for a scrape, so that one stuck mount does not lose the others.
const timeoutSeconds = 2;

const included = (what: string): z.ZodType<RegExp | undefined> =>
  includePattern()
    .optional()
    .meta({ description: `Regular expression of the ${what} to tell of.` });
const excluded = (what: string, fallback: string): z.ZodType<RegExp | undefined> =>
  excludePattern()
    .optional()
    .meta({ description: `Regular expression of the ${what} to leave out. Default: ${fallback}.` });

/** Which mounts are told of, and how long they are waited for. */
export const filesystemOptions: OptionsSchema<FilesystemOptions> = z
  .strictObject({
    "mount-points-include": included("mount points"),
    "mount-points-exclude": excluded("mount points", excludedMountPoints),
    "fs-types-include": included("types"),
    "fs-types-exclude": excluded("types", excludedTypes),
    "mount-timeout": duration()
      .optional()
      .meta({ description: `How long a mount has to answer. Default: ${timeoutSeconds}s.` }),
  })
  .refine(...notBoth("mount-points-include", "mount-points-exclude"))
  .refine(...notBoth("fs-types-include", "fs-types-exclude"));

/** The labels of what is told of a file system. */
export const filesystemLabels = ["device", "mountpoint", "fstype", "device_error"] as const;

const gauges: readonly (readonly [name: string, help: string, value: (usage: FilesystemUsage) => number])[] = [
  ["size_bytes", "Filesystem size in bytes.", ({ blocks, bsize }) => blocks * bsize],
  ["free_bytes", "Filesystem free space in bytes.", ({ bfree, bsize }) => bfree * bsize],
  ["avail_bytes", "Filesystem space available to non-root users in bytes.", ({ bavail, bsize }) => bavail * bsize],
  ["files", "Filesystem total file nodes.", ({ files }) => files],
  ["files_free", "Filesystem total free file nodes.", ({ ffree }) => ffree],
];

/**
 * How full the mounted file systems are. One that hangs, such as that of a server that is away, is reported by
 * `node_filesystem_device_error` and holds up neither the scrape nor anything else that this process does.
 */
export function filesystemCollector(
  paths: HostPaths,
  options: FilesystemOptions = {},
  logger: Logger = silentLogger,
  patient: PatientStatfs & { stop(): void } = new StatfsProcess(),
): Collector {
  const isWanted = mountFilter(options);
  const timeoutMilliseconds = (options["mount-timeout"] ?? timeoutSeconds) * 1000;
  const usages = new FilesystemUsages({ rootfs: paths.rootfs, timeoutMilliseconds, patient, logger });
  return {
    name: "filesystem",
    async collect(scrape) {
      const all = readMounts(paths.procfs, paths.rootfs);
      const mounts = topmost(all.filter(isWanted));
      const answers = await usages.of(mounts, all);
      const told = mounts.map((mount, i) => {
        const answer = answers[i]!;
        const { device, mountpoint, fstype } = mount;
        const device_error = "error" in answer ? answer.error : "";
        return { mount, answer, labels: { device, mountpoint, fstype, device_error } };
      });
      const deviceError = scrape.gauge({
        name: "node_filesystem_device_error",
        help: "Whether an error occurred while getting statistics for the given device.",
        labelNames: filesystemLabels,
      });
      const readOnly = scrape.gauge({
        name: "node_filesystem_readonly",
        help: "Filesystem read-only status.",
        labelNames: filesystemLabels,
      });
      for (const { mount, answer, labels } of told) {
        deviceError.set(labels, "error" in answer ? 1 : 0);
        readOnly.set(labels, mount.isReadOnly ? 1 : 0);
      }
      const answered = told.flatMap(({ answer, ...rest }) =>
        "usage" in answer ? [{ ...rest, usage: answer.usage }] : [],
      );
      for (const [name, help, value] of gauges) {
        const gauge = scrape.gauge({ name: `node_filesystem_${name}`, help, labelNames: filesystemLabels });
        for (const { labels, usage } of answered) gauge.set(labels, value(usage));
      }
      const info = scrape.gauge({
        name: "node_filesystem_mount_info",
        help: "Filesystem mount information.",
        labelNames: ["device", "major", "minor", "mountpoint"],
      });
      for (const { device, major, minor, mountpoint } of answered.map(({ mount }) => mount)) {
        info.set({ device, major, minor, mountpoint }, 1);
      }
    },
    stop() {
      patient.stop();
    },
  };
}

/** Whether a mount is told of. */
export function mountFilter(options: FilesystemOptions): (mount: Pick<Mount, "mountpoint" | "fstype">) => boolean {
  const points = matcher(options["mount-points-include"], options["mount-points-exclude"], excludedMountPoints);
  const types = matcher(options["fs-types-include"], options["fs-types-exclude"], excludedTypes);
  return ({ mountpoint, fstype }) => points(mountpoint) && types(fstype);
}

function matcher(
  include: RegExp | undefined,
  exclude: RegExp | undefined,
  fallback: string,
): (text: string) => boolean {
  if (include !== undefined) return (text) => include.test(text);
  const excludes = exclude ?? new RegExp(fallback, "u");
  return (text) => !excludes.test(text);
}

/** One mount of those that have the same labels, the last: it covers the others. */
function topmost(mounts: readonly Mount[]): Mount[] {
  const byLabels = new Map(
    mounts.map((mount) => [JSON.stringify([mount.device, mount.mountpoint, mount.fstype]), mount]),
  );
  return [...byLabels.values()];
}
