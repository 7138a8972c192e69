import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSamples } from "@exporterkit/client/testing";
import { expect, it } from "vitest";
import { startCollector } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { type SystemUsageOptions, systemUsageCollector } from "./system-usage.ts";

/** Three CPUs, of which the first has other times. */
const stat = (first: string): string => `cpu0 ${first} 0 0 0 0\ncpu1 0 0 0 1000 0 0 0 0\ncpu2 0 0 0 1000 0 0 0 0\n`;
const host = {
  "proc/stat": stat("0 0 0 1000"),
  "proc/meminfo": "MemTotal: 4000 kB\nMemAvailable: 3000 kB\nSwapTotal: 1000 kB\nSwapFree: 900 kB\n",
};
const container = {
  ...host,
  "proc/self/cgroup": "0::/\n",
  "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
  "sys/fs/cgroup/cpu.max": "200000 100000\n",
  "sys/fs/cgroup/cpu.stat": "usage_usec 0\n",
  "sys/fs/cgroup/memory.max": "1024000\n",
  "sys/fs/cgroup/memory.current": "612000\n",
  "sys/fs/cgroup/memory.stat": "inactive_file 100000\n",
};

/** What is told after files have changed. */
async function usage(
  files: Record<string, string>,
  changes: Record<string, string> = {},
  options: SystemUsageOptions = {},
): Promise<Record<string, number>> {
  const paths = fixtureHost(files);
  const collector = await startCollector(systemUsageCollector(paths, options));
  for (const [path, text] of Object.entries(changes)) writeFileSync(join(paths.rootfs, path), text);
  const samples = await readSamples(await collector.scrape(), "system_usage");
  await collector.stop();
  return Object.fromEntries(samples.map(({ labels, value }) => [labels["resource_type"]!, value]));
}

it("tells what a container uses of its own limits", async () => {
  // An hour of CPU time is more than two CPUs give until the scrape, however late that is.
  const busy = { "sys/fs/cgroup/cpu.stat": "usage_usec 3600000000\n" };
  expect(await usage(container, busy)).toEqual({ CPU: 100, Memory: 50 });
  expect(await usage(container)).toEqual({ CPU: 0, Memory: 50 });
});

it("tells the host's where the container is not limited, or its limits shall not count", async () => {
  const half = { "proc/stat": stat("50 0 0 1050") };
  const unlimited = { ...container, "sys/fs/cgroup/cpu.max": "max 100000\n", "sys/fs/cgroup/memory.max": "max\n" };
  expect(await usage(unlimited, half)).toEqual({ CPU: 50, Memory: 25 });
  expect(await usage(container, half, { "container-limits": false })).toEqual({ CPU: 50, Memory: 25 });
  const above = { ...container, "sys/fs/cgroup/cpu.max": "max 1\n", "sys/fs/cgroup/memory.max": "9999999999\n" };
  expect(await usage(above, half)).toEqual({ CPU: 50, Memory: 25 });
  const more = { ...container, "sys/fs/cgroup/cpu.max": "800000 100000\n" };
  expect(await usage(more, half)).toEqual({ CPU: 50, Memory: 50 });
});

it("leaves CPU out where the limit has changed meanwhile", async () => {
  expect(await usage(container, { "sys/fs/cgroup/cpu.max": "100000 100000\n" })).toEqual({ Memory: 50 });
});

it("tells of disk, swap and network where it is asked for", async () => {
  const net = "sys/class/net";
  const files = {
    ...host,
    [`${net}/eth0/speed`]: "1\n",
    [`${net}/eth0/statistics/rx_bytes`]: "0\n",
    [`${net}/eth0/statistics/tx_bytes`]: "0\n",
    [`${net}/veth1/speed`]: "-1\n",
    [`${net}/veth1/statistics/rx_bytes`]: "0\n",
    [`${net}/veth1/statistics/tx_bytes`]: "0\n",
  };
  const busy = { [`${net}/eth0/statistics/tx_bytes`]: "1000000000\n" };
  const told = await usage(files, busy, { disk: true, swap: true, network: true });
  expect(told).toMatchObject({ Swap: 10, Network: 100 });
  expect(told["Disk"]).toBeGreaterThan(0);
  expect(told["Disk"]).toBeLessThanOrEqual(100);
});

it("leaves out swap and network where there is none", async () => {
  const files = { ...host, "proc/meminfo": "MemTotal: 4 kB\nMemAvailable: 3 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n" };
  expect(Object.keys(await usage(files, {}, { swap: true, network: true }))).not.toContain("Swap");
});
