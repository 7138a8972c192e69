import { statSync } from "node:fs";
import { join } from "node:path";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { LazyMetrics } from "./lazy-metrics.ts";
import { listFolder, parseNumber, readAttribute, readNumber } from "./pseudo-file.ts";

const root = "fs/btrfs";
// sysfs counts in sectors of this length, whatever the device's own are.
const bytesPerSector = 512;

/** How the mounted file systems of Btrfs use their devices, from /sys/fs/btrfs. */
export function btrfsCollector({ sysfs }: HostPaths): Collector {
  return {
    name: "btrfs",
    collect(scrape) {
      const info = new LazyMetrics(scrape, ["uuid", "label"]);
      const whole = new LazyMetrics(scrape, ["uuid"]);
      const byDevice = new LazyMetrics(scrape, ["uuid", "device"]);
      const byType = new LazyMetrics(scrape, ["uuid", "block_group_type"]);
      const byMode = new LazyMetrics(scrape, ["uuid", "block_group_type", "mode"]);
      for (const folder of listFolder(sysfs, root).filter((name) => name.includes("-"))) {
        const path = `${root}/${folder}`;
        const number = (file: string): number | undefined => readNumber(sysfs, `${path}/${file}`);
        const uuid = readAttribute(sysfs, `${path}/metadata_uuid`) || folder;
        const label = readAttribute(sysfs, `${path}/label`) ?? "";
        info.gauge("node_btrfs_info", "Filesystem information", { uuid, label }, 1);
        const reserve = number("allocation/global_rsv_size");
        whole.gauge("node_btrfs_global_rsv_size_bytes", "Size of global reserve.", { uuid }, reserve);
        tellCommits(whole, uuid, readAttribute(sysfs, `${path}/commit_stats`));

        const devices = listFolder(sysfs, `${path}/devices`);
        for (const device of devices) {
          const sectors = number(`devices/${device}/size`);
          const bytes = sectors === undefined ? undefined : sectors * bytesPerSector;
          const help = "Size of a device that is part of the filesystem.";
          byDevice.gauge("node_btrfs_device_size_bytes", help, { uuid, device }, bytes);
        }
        for (const block_group_type of ["data", "metadata", "system"]) {
          const labels = { uuid, block_group_type };
          const reserved = number(`allocation/${block_group_type}/bytes_reserved`);
          byType.gauge("node_btrfs_reserved_bytes", "Amount of space reserved for a data type", labels, reserved);
          for (const mode of layoutsOf(sysfs, `${path}/allocation/${block_group_type}`)) {
            const of = { ...labels, mode };
            const read = (file: string): number | undefined => number(`allocation/${block_group_type}/${mode}/${file}`);
            byMode.gauge("node_btrfs_used_bytes", "Amount of used space by a layout/data type", of, read("used_bytes"));
            const allocated = "Amount of space allocated for a layout/data type";
            byMode.gauge("node_btrfs_size_bytes", allocated, of, read("total_bytes"));
            const ratio = "Data allocation ratio for a layout/data type";
            byMode.gauge("node_btrfs_allocation_ratio", ratio, of, allocationRatio(mode, devices.length));
          }
        }
      }
    },
  };
}

/** Since Linux 6.0. */
function tellCommits(metrics: LazyMetrics<"uuid">, uuid: string, text = ""): void {
  const fields = new Map(Array.from(text.matchAll(/^(\w+) (\d+)$/gm), ([, name, value]) => [name!, value!]));
  const field = (name: string): number | undefined => parseNumber(fields.get(name));
  const seconds = (name: string): number | undefined => {
    const milliseconds = field(name);
    return milliseconds === undefined ? undefined : milliseconds / 1000;
  };
  const labels = { uuid };
  const all = "The total number of commits that have occurred.";
  metrics.counter("node_btrfs_commits_total", all, labels, field("commits"));
  const last = "Duration of the most recent commit, in seconds.";
  metrics.gauge("node_btrfs_last_commit_seconds", last, labels, seconds("last_commit_ms"));
  const slowest = "Duration of the slowest commit, in seconds.";
  metrics.gauge("node_btrfs_max_commit_seconds", slowest, labels, seconds("max_commit_ms"));
  const sum = "Sum of the duration of all commits, in seconds.";
  metrics.counter("node_btrfs_commit_seconds_total", sum, labels, seconds("total_commit_ms"));
}

function layoutsOf(sysfs: string, path: string): string[] {
  const isFolder = (name: string): boolean =>
    statSync(join(sysfs, path, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return listFolder(sysfs, path).filter(isFolder);
}

/** Bytes on the devices for a byte of data; 0 for a layout that is not known. */
function allocationRatio(mode: string, devices: number): number {
  switch (mode) {
    case "single":
    case "raid0":
      return 1;
    case "dup":
    case "raid1":
    case "raid10":
      return 2;
    case "raid1c3":
      return 3;
    case "raid1c4":
      return 4;
    case "raid5":
      return devices > 1 ? devices / (devices - 1) : 0;
    case "raid6":
      return devices > 2 ? devices / (devices - 2) : 0;
    default:
      return 0;
  }
}
