import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { startCollector } from "../../testing/index.ts";
import { filesystemElsewhereCollector } from "./filesystem-elsewhere.ts";
import { meminfoCollector } from "./meminfo.ts";
import { netdevElsewhereCollector } from "./netdev-elsewhere.ts";
import type { LoadSystemInformation, SystemInformation } from "./system-information.ts";

const none = { total: 0, free: 0, used: 0, available: 0, buffcache: 0, buffers: 0, cached: 0, slab: 0, reclaimable: 0 };
const network = { operstate: "up", rx_sec: 0, tx_sec: 0, ms: 0 };
/** A Mac, as the package tells of one; what it does not know is null in spite of its types. */
const mac: SystemInformation = {
  mem: async () => ({
    ...none,
    active: 8e9,
    swaptotal: 2e9,
    swapused: 1e9,
    swapfree: 1e9,
    writeback: null,
    dirty: null,
  }),
  fsSize: async () => [
    { fs: "/dev/disk3s1s1", type: "APFS", size: 500e9, used: 15e9, available: 285e9, use: 5, mount: "/", rw: false },
    { fs: "/dev/disk3s5", type: "APFS", size: 500e9, used: 200e9, available: 285e9, use: 41, mount: "/data", rw: true },
    { fs: "devfs", type: "devfs", size: 0, used: 0, available: 0, use: 100, mount: "/dev", rw: null },
  ],
  networkStats: vi.fn(async () => [
    { ...network, iface: "en0", rx_bytes: 10, rx_dropped: 1, rx_errors: 2, tx_bytes: 20, tx_dropped: 3, tx_errors: 4 },
    {
      ...network,
      iface: "utun0",
      rx_bytes: 30,
      rx_dropped: null as unknown as number,
      rx_errors: 0,
      tx_bytes: 40,
      tx_dropped: 0,
      tx_errors: 0,
    },
  ]),
};
const load: LoadSystemInformation = async () => mac;
const missing: LoadSystemInformation = async () => undefined;

async function samples(collector: Collector): Promise<string[]> {
  const started = await startCollector(collector);
  const text = await (await started.scrape()).metrics();
  await started.stop();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("on macOS and Windows", () => {
  it("tells how full file systems are", async () => {
    const lines = await samples(filesystemElsewhereCollector({}, silentLogger, load));
    const root = '{device="/dev/disk3s1s1",mountpoint="/",fstype="APFS",device_error=""}';
    expect(lines).toContain(`node_filesystem_size_bytes${root} 500000000000`);
    expect(lines).toContain(`node_filesystem_free_bytes${root} 485000000000`);
    expect(lines).toContain(`node_filesystem_avail_bytes${root} 285000000000`);
    expect(lines).toContain(`node_filesystem_readonly${root} 1`);
    expect(lines).toHaveLength(8);
  });

  it("tells what network devices have moved, as far as the system says", async () => {
    const options = { "address-info": false };
    const lines = await samples(netdevElsewhereCollector(options, silentLogger, load));
    expect(lines).toContain('node_network_receive_bytes_total{device="en0"} 10');
    expect(lines).toContain('node_network_transmit_errs_total{device="en0"} 4');
    expect(lines).toContain('node_network_receive_bytes_total{device="utun0"} 30');
    expect(lines).toHaveLength(11);
    expect(mac.networkStats).toHaveBeenCalledWith("*");
    const chosen = await samples(
      netdevElsewhereCollector({ ...options, "device-exclude": /^utun/u }, silentLogger, load),
    );
    expect(chosen).toHaveLength(6);
  });

  it("tells of memory what Node.js and the package know, and without it what Node.js does", async () => {
    const told = (lines: string[]): string[] => lines.map((line) => line.split(" ")[0]!);
    expect(told(await samples(meminfoCollector(undefined, load)))).toEqual([
      "node_memory_active_bytes",
      "node_memory_free_bytes",
      "node_memory_swap_total_bytes",
      "node_memory_swap_used_bytes",
      "node_memory_total_bytes",
    ]);
    expect(told(await samples(meminfoCollector(undefined, missing)))).toEqual([
      "node_memory_free_bytes",
      "node_memory_total_bytes",
    ]);
  });

  it("has nothing where the package is missing, and says once how to install it", async () => {
    const warn = vi.fn();
    const collector = filesystemElsewhereCollector({}, { ...silentLogger, warn }, missing);
    expect(await samples(collector)).toEqual([]);
    expect(await samples(collector)).toEqual([]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { collector: "filesystem" },
      expect.stringContaining("npm install systeminformation"),
    );
  });
});
