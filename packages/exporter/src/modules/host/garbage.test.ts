import { expect, it } from "vitest";
import { collectors } from "./collectors.ts";
import { type HostFiles, HostTree } from "./fixtures/host-tree.ts";

/** Files of the kind that most collectors read whole. */
const paths = [
  ...["arp", "dev", "netstat", "snmp", "snmp6", "sockstat", "sockstat6", "softnet_stat", "tcp", "tcp6", "udp"].map(
    (name) => `net/${name}`,
  ),
  "interrupts",
  "loadavg",
  "meminfo",
  "schedstat",
  "stat",
  "vmstat",
  "cpuinfo",
  "diskstats",
  "mdstat",
  "1/stat",
  "pressure/cpu",
  "pressure/io",
  "sys/fs/file-nr",
  "sys/kernel/pid_max",
  "sys/net/netfilter/nf_conntrack_count",
  "net/ip_vs_stats",
  "net/ip_vs",
  "net/rpc/nfs",
  "net/rpc/nfsd",
  "spl/kstat/zfs/arcstats",
  "spl/kstat/zfs/pool/io",
  "spl/kstat/zfs/pool/objset-1",
].map((path) => `proc/${path}`);
/** Attributes of devices. */
const attributes = [
  "class/net/eth0/mtu",
  "class/powercap/rapl:0/name",
  "class/powercap/rapl:0/energy_uj",
  "fs/xfs/sda/stats/stats",
  "fs/bcache/a-b/bdev0/writeback_rate_debug",
  "fs/bcache/a-b/tree_depth",
  "fs/btrfs/a-b/commit_stats",
  "fs/btrfs/a-b/devices/sda/size",
  "class/infiniband/a/ports/1/rate",
  "class/infiniband/a/ports/1/counters/link_downed",
  "class/fc_host/host0/statistics/rx_words",
  "class/scsi_tape/st0/stats/io_ns",
  "class/watchdog/watchdog0/timeleft",
].map((path) => `sys/${path}`);
const garbage = {
  nothing: "",
  "a line without end": "cpu0 1 2",
  zeros: "\0".repeat(100),
  "a text of another kind": "<html>: 404 not found</html>\n: : :\n",
  "numbers that are none": "cpu0 NaN -1 1e400 0x\nMemTotal: NaN kB\nTcp: A B\nTcp: NaN Infinity\nNaN NaN NaN\n",
};

it.each(Object.entries(garbage))("no collector makes NaN of %s, nor anything but an error", async (_kind, text) => {
  const files: HostFiles = Object.fromEntries([...paths, ...attributes].map((path) => [path, text]));
  const tree = new HostTree({ ...files, "etc/os-release": text });
  for (const { name } of collectors) {
    if (name === "system_usage") continue;
    // oxlint-disable-next-line no-await-in-loop -- each has a scrape of its own
    const scrape = await tree.collector(name);
    // oxlint-disable-next-line no-await-in-loop
    const lines = await scrape().catch((error: unknown) => {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(TypeError);
      return [];
    });
    expect(lines.filter((line) => /(NaN|Inf)$/.test(line))).toEqual([]);
  }
});
