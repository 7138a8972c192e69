import { join } from "node:path";
import { compareExposition } from "@exporterkit/client/testing";
import { expect, it } from "vitest";
import { collectOnce } from "../../testing/index.ts";
import { diskstatsCollector, diskstatsOptions } from "./diskstats.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";

const vda = "254 0 vda 10 1 20 3000 40 2 50 6000 1 7000 8000 9 1 11 1200 13 140";

async function scrape(files: Record<string, string>, options = {}): Promise<string> {
  const registry = await collectOnce(diskstatsCollector(fixtureHost(files), options));
  return registry.metrics();
}

it("tells every column of a new kernel in base units", async () => {
  const text = await scrape({ "proc/diskstats": ` ${vda}\n` });
  for (const line of [
    "reads_completed_total 10",
    "reads_merged_total 1",
    "read_bytes_total 10240",
    "read_time_seconds_total 3",
    "writes_completed_total 40",
    "writes_merged_total 2",
    "written_bytes_total 25600",
    "write_time_seconds_total 6",
    "io_now 1",
    "io_time_seconds_total 7",
    "io_time_weighted_seconds_total 8",
    "discards_completed_total 9",
    "discards_merged_total 1",
    "discarded_sectors_total 11",
    "discard_time_seconds_total 1.2",
    "flush_requests_total 13",
    "flush_requests_time_seconds_total 0.14",
  ]) {
    const [name, value] = line.split(" ");
    const wanted = new RegExp(`^node_disk_${name}\\{device="vda"\\} (.+)$`, "m");
    expect(Number(wanted.exec(text)?.[1])).toBeCloseTo(Number(value), 9);
  }
});

it("tells the columns that an old kernel has, and no others", async () => {
  const text = await scrape({
    "proc/diskstats": "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 16 sdb 1 2 3 4 5 6 7 8 9 10 11 1 2 3 4\n",
  });
  expect(text).toContain('node_disk_io_time_weighted_seconds_total{device="sda"} 0.011\n');
  expect(text).not.toContain('node_disk_discards_completed_total{device="sda"}');
  expect(text).toContain('node_disk_discards_completed_total{device="sdb"} 1\n');
  expect(text).not.toContain("node_disk_flush_requests_total");
});

it("leaves out partitions, loops and RAM disks unless told otherwise", async () => {
  const columns = "1 2 3 4 5 6 7 8 9 10 11";
  const names = ["sda", "sda1", "nvme0n1", "nvme0n1p2", "loop0", "zram0", "ram3", "dm-0", "md127", "xvdb1", "mmcblk0"];
  const files = { "proc/diskstats": names.map((name, minor) => `8 ${minor} ${name} ${columns}\n`).join("") };
  const told = async (options = {}): Promise<string[]> =>
    Array.from(
      (await scrape(files, options)).matchAll(/^node_disk_io_now\{device="(.+)"\}/gm),
      ([, device]) => device!,
    );
  expect(await told()).toEqual(["sda", "nvme0n1", "dm-0", "md127", "mmcblk0"]);
  expect(await told(diskstatsOptions.parse({ "device-exclude": "^(dm|md)" }))).toContain("sda1");
  expect(await told(diskstatsOptions.parse({ "device-include": "^loop" }))).toEqual(["loop0"]);
});

it("tells what udev and sysfs know of a disk, a mapped device and a file system on it", async () => {
  const registry = await collectOnce(
    diskstatsCollector(
      fixtureHost({
        "proc/diskstats": `8 0 sda ${"0 ".repeat(17)}\n253 0 dm-0 ${"0 ".repeat(17)}\n`,
        "sys/block/sda/queue/rotational": "1\n",
        "sys/block/dm-0/queue/rotational": "0\n",
        "sys/block/dm-0/slaves/sda/dev": "8:0\n",
        "run/udev/data/b8:0":
          "S:disk/by-id/x\nE:ID_MODEL=Spinner_9000\nE:ID_SERIAL=Spinner_A1\nE:ID_SERIAL_SHORT=A1\nE:ID_PATH=pci-0:1\nE:ID_WWN=0x5\n" +
          "E:ID_REVISION=1.0\nE:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=1\nE:ID_ATA_WRITE_CACHE_ENABLED=0\nE:ID_ATA_ROTATION_RATE_RPM=fast\n",
        "run/udev/data/b253:0":
          "E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:ID_FS_TYPE=ext4\nE:ID_FS_UUID=u=1\nE:ID_FS_USAGE=filesystem\nE:ID_FS_VERSION=1.0\n",
      }),
    ),
  );
  const expected = `
# HELP node_disk_info Info of /sys/block/<block_device>.
# TYPE node_disk_info gauge
node_disk_info{device="sda",major="8",minor="0",path="pci-0:1",wwn="0x5",model="Spinner_9000",serial="A1",revision="1.0",rotational="1"} 1
node_disk_info{device="dm-0",major="253",minor="0",path="",wwn="",model="",serial="",revision="",rotational="0"} 1
# HELP node_disk_filesystem_info Info about disk filesystem.
# TYPE node_disk_filesystem_info gauge
node_disk_filesystem_info{device="dm-0",type="ext4",usage="filesystem",uuid="u=1",version="1.0"} 1
# HELP node_disk_device_mapper_info Info about disk device mapper.
# TYPE node_disk_device_mapper_info gauge
node_disk_device_mapper_info{device="dm-0",name="vg-root",uuid="LVM-1",vg_name="vg",lv_name="root",lv_layer=""} 1
# HELP node_disk_device_mapper_backing_device_info Info about the underlying block devices of a device mapper device.
# TYPE node_disk_device_mapper_backing_device_info gauge
node_disk_device_mapper_backing_device_info{device="dm-0",backing_device="sda"} 1
# HELP node_disk_ata_write_cache ATA disk has a write cache.
# TYPE node_disk_ata_write_cache gauge
node_disk_ata_write_cache{device="sda"} 1
# HELP node_disk_ata_write_cache_enabled ATA disk has its write cache enabled.
# TYPE node_disk_ata_write_cache_enabled gauge
node_disk_ata_write_cache_enabled{device="sda"} 0
`;
  await compareExposition(registry, expected);
  expect(await registry.metrics()).not.toContain("rotation_rate_rpm");
});

it("tells what udev knows also where its data are elsewhere", async () => {
  const host = fixtureHost({ "proc/diskstats": ` ${vda}\n`, "udev/b254:0": "E:ID_MODEL=Spinner\n" });
  const registry = await collectOnce(diskstatsCollector({ ...host, udevData: join(host.rootfs, "udev") }));
  expect(await registry.metrics()).toMatch(/^node_disk_info\{device="vda",.*model="Spinner"/m);
});

it("loses the lines that are garbage and keeps the others", async () => {
  const text = await scrape({
    "proc/diskstats": `8 0 sda 1 2 x 4 5 6 7 8 9 10 11\nnonsense\n8 1\n${vda}\n253 1 dm-1 12 3`,
  });
  expect(text).not.toContain("NaN");
  expect(text.match(/^node_disk_io_now.*$/gm)).toEqual(['node_disk_io_now{device="vda"} 1']);
});
