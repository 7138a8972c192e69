import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import { deviceFilter, type DeviceOptions, deviceOptions } from "./device-filter.ts";
import type { HostPaths } from "./host-paths.ts";
import type { OptionsSchema } from "./options.ts";
import { listFolder, parseNumber, readAttribute, readText } from "./pseudo-file.ts";
import { readUdevProperties, type UdevProperties } from "./udev-properties.ts";

const excludedDevices = String.raw`^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`;

/** Which block devices are told of. */
export const diskstatsOptions: OptionsSchema<DeviceOptions> = deviceOptions(excludedDevices);

// A sector of /proc/diskstats is this long, whatever the device's own are.
const bytesPerSector = 512;
const secondsPerMillisecond = 0.001;

/** The columns of /proc/diskstats behind the device's name. Kernels before 4.18 lack the last six, before 5.5 the last two. */
const columns: readonly (readonly [name: string, help: string, factor: number, type?: "gauge"])[] = [
  ["reads_completed_total", "The total number of reads completed successfully.", 1],
  ["reads_merged_total", "The total number of reads merged.", 1],
  ["read_bytes_total", "The total number of bytes read successfully.", bytesPerSector],
  ["read_time_seconds_total", "The total number of seconds spent by all reads.", secondsPerMillisecond],
  ["writes_completed_total", "The total number of writes completed successfully.", 1],
  ["writes_merged_total", "The number of writes merged.", 1],
  ["written_bytes_total", "The total number of bytes written successfully.", bytesPerSector],
  ["write_time_seconds_total", "This is the total number of seconds spent by all writes.", secondsPerMillisecond],
  ["io_now", "The number of I/Os currently in progress.", 1, "gauge"],
  ["io_time_seconds_total", "Total seconds spent doing I/Os.", secondsPerMillisecond],
  ["io_time_weighted_seconds_total", "The weighted # of seconds spent doing I/Os.", secondsPerMillisecond],
  ["discards_completed_total", "The total number of discards completed successfully.", 1],
  ["discards_merged_total", "The total number of discards merged.", 1],
  ["discarded_sectors_total", "The total number of sectors discarded successfully.", 1],
  ["discard_time_seconds_total", "This is the total number of seconds spent by all discards.", secondsPerMillisecond],
  ["flush_requests_total", "The total number of flush requests completed successfully", 1],
  [
    "flush_requests_time_seconds_total",
    "This is the total number of seconds spent by all flush requests.",
    secondsPerMillisecond,
  ],
];

interface Disk {
  readonly device: string;
  readonly major: string;
  readonly minor: string;
  readonly values: readonly number[];
}

/** What block devices have done since boot, from /proc/diskstats, and what udev knows of them. */
export function diskstatsCollector(paths: HostPaths, options: DeviceOptions = {}): Collector {
  const isWanted = deviceFilter(options, new RegExp(excludedDevices, "u"));
  return {
    name: "diskstats",
    collect(scrape) {
      const disks = parseDiskstats(readText(paths.procfs, "diskstats")).filter(({ device }) => isWanted(device));
      for (const [column, [name, help, factor, type = "counter"]] of columns.entries()) {
        const told = disks.filter(({ values }) => values.length > column);
        if (told.length === 0) break;
        const declaration = { name: `node_disk_${name}`, help, labelNames: ["device"] } as const;
        const metric = type === "gauge" ? scrape.gauge(declaration) : scrape.counter(declaration);
        for (const { device, values } of told) {
          const value = values[column]! * factor;
          if ("setTotal" in metric) metric.setTotal({ device }, value);
          else metric.set({ device }, value);
        }
      }
      tellOfDevices(scrape, paths, disks);
    },
  };
}

/** Lines of which the kernel's columns cannot be read are left out. */
function parseDiskstats(text: string): Disk[] {
  return text.split("\n").flatMap((line) => {
    const [major, minor, device, ...rest] = line.trim().split(/\s+/);
    const values = rest.map((column) => parseNumber(column) ?? NaN);
    // Partitions had four columns before Linux 2.6.25, of another meaning.
    if (device === undefined || values.length < 11 || values.some(Number.isNaN)) return [];
    if (parseNumber(major) === undefined || parseNumber(minor) === undefined) return [];
    return [{ device, major: major!, minor: minor!, values }];
  });
}

function tellOfDevices(scrape: Scrape, paths: HostPaths, disks: readonly Disk[]): void {
  const known = disks.map((disk) => ({
    ...disk,
    udev: readUdevProperties(paths, `b${disk.major}:${disk.minor}`),
  }));
  const info = scrape.gauge({
    name: "node_disk_info",
    help: "Info of /sys/block/<block_device>.",
    labelNames: ["device", "major", "minor", "path", "wwn", "model", "serial", "revision", "rotational"],
  });
  for (const { device, major, minor, udev } of known) {
    const labels = {
      path: udev.get("ID_PATH") ?? "",
      wwn: udev.get("ID_WWN") ?? "",
      model: udev.get("ID_MODEL") ?? "",
      // What is printed on the disk; what virtual disks have stands in ID_SERIAL alone.
      serial: udev.get("SCSI_IDENT_SERIAL") || udev.get("ID_SERIAL_SHORT") || udev.get("ID_SERIAL") || "",
      revision: udev.get("ID_REVISION") ?? "",
      rotational: readAttribute(paths.sysfs, `block/${sysfsName(device)}/queue/rotational`) === "1" ? "1" : "0",
    };
    info.set({ device, major, minor, ...labels }, 1);
  }
  const filesystems = known.filter(({ udev }) => udev.get("ID_FS_TYPE"));
  if (filesystems.length > 0) tellFilesystems(scrape, filesystems);
  const mapped = known.filter(({ udev }) => udev.get("DM_NAME"));
  if (mapped.length > 0) tellDeviceMapper(scrape, paths, mapped);
  const ata = known.filter(({ udev }) => udev.get("ID_ATA"));
  if (ata.length > 0) tellAta(scrape, ata);
}

// The kernel writes the slashes of a device's name, as in "cciss/c0d0", as exclamation marks where it is a folder.
function sysfsName(device: string): string {
  return device.replaceAll("/", "!");
}

type KnownDisk = Pick<Disk, "device"> & { readonly udev: UdevProperties };

function tellFilesystems(scrape: Scrape, disks: readonly KnownDisk[]): void {
  const info = scrape.gauge({
    name: "node_disk_filesystem_info",
    help: "Info about disk filesystem.",
    labelNames: ["device", "type", "usage", "uuid", "version"],
  });
  for (const { device, udev } of disks) {
    const of = (property: string): string => udev.get(`ID_FS_${property}`) ?? "";
    info.set({ device, type: of("TYPE"), usage: of("USAGE"), uuid: of("UUID"), version: of("VERSION") }, 1);
  }
}

function tellDeviceMapper(scrape: Scrape, paths: HostPaths, disks: readonly KnownDisk[]): void {
  const info = scrape.gauge({
    name: "node_disk_device_mapper_info",
    help: "Info about disk device mapper.",
    labelNames: ["device", "name", "uuid", "vg_name", "lv_name", "lv_layer"],
  });
  const backing = scrape.gauge({
    name: "node_disk_device_mapper_backing_device_info",
    help: "Info about the underlying block devices of a device mapper device.",
    labelNames: ["device", "backing_device"],
  });
  for (const { device, udev } of disks) {
    const of = (property: string): string => udev.get(`DM_${property}`) ?? "";
    const names = { name: of("NAME"), uuid: of("UUID"), vg_name: of("VG_NAME"), lv_name: of("LV_NAME") };
    info.set({ device, ...names, lv_layer: of("LV_LAYER") }, 1);
    for (const below of listFolder(paths.sysfs, `block/${sysfsName(device)}/slaves`)) {
      backing.set({ device, backing_device: below }, 1);
    }
  }
}

const ataProperties = [
  ["ID_ATA_WRITE_CACHE", "ata_write_cache", "ATA disk has a write cache."],
  ["ID_ATA_WRITE_CACHE_ENABLED", "ata_write_cache_enabled", "ATA disk has its write cache enabled."],
  ["ID_ATA_ROTATION_RATE_RPM", "ata_rotation_rate_rpm", "ATA disk rotation rate in RPMs (0 for SSDs)."],
] as const;

function tellAta(scrape: Scrape, disks: readonly KnownDisk[]): void {
  for (const [property, name, help] of ataProperties) {
    const told = disks.filter(({ udev }) => parseNumber(udev.get(property)) !== undefined);
    if (told.length === 0) continue;
    const metric = scrape.gauge({ name: `node_disk_${name}`, help, labelNames: ["device"] });
    for (const { device, udev } of told) metric.set({ device }, parseNumber(udev.get(property))!);
  }
}
