import { expect, it } from "vitest";
import { NoData } from "../../scrape/no-data.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { collectOnce } from "../../testing/index.ts";
import { cgroupCollector } from "./cgroup.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";

it("tells what the container uses, and the limits that it has", async () => {
  const paths = fixtureHost({
    "proc/self/cgroup": "0::/\n",
    "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
    "sys/fs/cgroup/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/cpu.stat": "usage_usec 2500000\n",
    "sys/fs/cgroup/memory.max": "max\n",
    "sys/fs/cgroup/memory.current": "700\n",
    "sys/fs/cgroup/memory.stat": "inactive_file 200\n",
  });
  const text = await (await collectOnce(cgroupCollector(paths))).metrics();
  expect(text.match(/^node_cgroup.*$/gm)?.toSorted()).toEqual([
    "node_cgroup_cpu_limit_cores 1.5",
    "node_cgroup_cpu_seconds_total 2.5",
    "node_cgroup_memory_usage_bytes 700",
    "node_cgroup_memory_working_set_bytes 500",
  ]);
});

it("has no data where there are no control groups", () => {
  const scrape = new Scrape(new AbortController().signal);
  expect(() => cgroupCollector(fixtureHost({})).collect(scrape)).toThrow(NoData);
});
