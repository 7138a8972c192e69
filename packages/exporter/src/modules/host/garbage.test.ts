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
].map((path) => `proc/${path}`);
const garbage = {
  nothing: "",
  "a line without end": "cpu0 1 2",
  zeros: "\0".repeat(100),
  "a text of another kind": "<html>: 404 not found</html>\n: : :\n",
  "numbers that are none": "cpu0 NaN -1 1e400 0x\nMemTotal: NaN kB\nTcp: A B\nTcp: NaN Infinity\nNaN NaN NaN\n",
};

it.each(Object.entries(garbage))("no collector makes NaN of %s, nor anything but an error", async (_kind, text) => {
  const files: HostFiles = Object.fromEntries(paths.map((path) => [path, text]));
  const tree = new HostTree({ ...files, "sys/class/net/eth0/mtu": text, "etc/os-release": text });
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
