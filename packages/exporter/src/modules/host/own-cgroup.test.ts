import { expect, it } from "vitest";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { readOwnCgroup } from "./own-cgroup.ts";

function read(files: Record<string, string>) {
  const { procfs, sysfs } = fixtureHost(files);
  return readOwnCgroup(procfs, sysfs);
}

const root = "sys/fs/cgroup";

it("reads the container that it is in, with a namespace of its own", () => {
  expect(
    read({
      "proc/self/cgroup": "0::/\n",
      [`${root}/cgroup.controllers`]: "cpu memory\n",
      [`${root}/cpu.max`]: "50000 100000\n",
      [`${root}/cpu.stat`]: "usage_usec 2500000\nuser_usec 1\n",
      [`${root}/memory.max`]: "1000\n",
      [`${root}/memory.current`]: "700\n",
      [`${root}/memory.stat`]: "anon 1\ninactive_file 200\nactive_file 3\n",
    }),
  ).toEqual({ cpuLimit: 0.5, cpuSeconds: 2.5, memoryLimitBytes: 1000, memoryBytes: 700, workingSetBytes: 500 });
});

it("takes the tightest of the limits that stand above", () => {
  expect(
    read({
      "proc/self/cgroup": "0::/pod/app\n",
      [`${root}/cgroup.controllers`]: "cpu memory\n",
      [`${root}/pod/cpu.max`]: "100000 100000\n",
      [`${root}/pod/cpu.stat`]: "usage_usec 9000000\n",
      [`${root}/pod/memory.max`]: "5000\n",
      [`${root}/pod/memory.current`]: "4000\n",
      [`${root}/pod/app/cpu.max`]: "max 100000\n",
      [`${root}/pod/app/cpu.stat`]: "usage_usec 1000000\n",
      [`${root}/pod/app/memory.max`]: "2000\n",
      [`${root}/pod/app/memory.current`]: "1500\n",
    }),
  ).toEqual({ cpuLimit: 1, cpuSeconds: 9, memoryLimitBytes: 2000, memoryBytes: 1500, workingSetBytes: 1500 });
});

it("reads the old hierarchy, also where the path is the host's and the mount the container's", () => {
  expect(
    read({
      "proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n",
      [`${root}/cpu,cpuacct/cpu.cfs_quota_us`]: "200000\n",
      [`${root}/cpu,cpuacct/cpu.cfs_period_us`]: "100000\n",
      [`${root}/cpu,cpuacct/cpuacct.usage`]: "3000000000\n",
      [`${root}/memory/memory.limit_in_bytes`]: "4096\n",
      [`${root}/memory/memory.usage_in_bytes`]: "3072\n",
      [`${root}/memory/memory.stat`]: "inactive_file 1\ntotal_inactive_file 1024\n",
    }),
  ).toEqual({ cpuLimit: 2, cpuSeconds: 3, memoryLimitBytes: 4096, memoryBytes: 3072, workingSetBytes: 2048 });
});

it("knows no limit where there is none, in either hierarchy", () => {
  const unlimited = read({
    "proc/self/cgroup": "4:memory:/\n2:cpuacct:/\n1:cpu:/\n0::/\n",
    [`${root}/cpu/cpu.cfs_quota_us`]: "-1\n",
    [`${root}/cpu/cpu.cfs_period_us`]: "100000\n",
    [`${root}/cpuacct/cpuacct.usage`]: "1000000000\n",
    [`${root}/memory/memory.limit_in_bytes`]: "9223372036854771712\n",
    [`${root}/memory/memory.usage_in_bytes`]: "10\n",
  });
  expect(unlimited).toMatchObject({ cpuLimit: undefined, cpuSeconds: 1, memoryLimitBytes: undefined, memoryBytes: 10 });
  const files = {
    "proc/self/cgroup": "0::/x\n",
    [`${root}/cgroup.controllers`]: "",
    [`${root}/x/memory.max`]: "max\n",
  };
  expect(read(files)).toBeUndefined();
});

it("makes nothing of garbage, of a path out of its namespace, or of a system without control groups", () => {
  expect(read({})).toBeUndefined();
  expect(read({ "proc/self/cgroup": "nonsense\n0::/../../..\n" })).toBeUndefined();
  expect(
    read({
      "proc/self/cgroup": "0::/../other\n",
      [`${root}/cgroup.controllers`]: "memory\n",
      [`${root}/memory.max`]: "12 cats\n",
      [`${root}/cpu.max`]: "10 0\n",
      [`${root}/memory.current`]: "5\n",
    }),
  ).toMatchObject({ memoryLimitBytes: undefined, memoryBytes: 5, cpuLimit: undefined });
});
