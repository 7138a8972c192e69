import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseNumber, readAttribute, readNumber } from "./pseudo-file.ts";

/** What a control group may use, and has used. What it does not limit, or does not tell, is undefined. */
export interface ControlGroup {
  /** CPUs that it may keep busy, such as 0.5. */
  readonly cpuLimit: number | undefined;
  /** CPU time that it has used since it was made. */
  readonly cpuSeconds: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  /** Memory that it uses, page cache included. */
  readonly memoryBytes: number | undefined;
  /** Memory that it uses and could not give back at once, which is what its limit is compared with before it is killed. */
  readonly workingSetBytes: number | undefined;
}

/** Reads the control groups that were found; undefined where they tell nothing. */
export type ReadCgroup = () => ControlGroup | undefined;

/** What {@link findOwnCgroup} finds, read once. */
export function readOwnCgroup(procfs: string, sysfs: string): ControlGroup | undefined {
  return findOwnCgroup(procfs, sysfs)?.();
}

/**
 * Finds the control groups that this process is in and that are visible from here. What is read are, for CPU and for memory,
 * those whose limit is the tightest, since the limits of all groups above count too. In a container that is the container.
 */
export function findOwnCgroup(procfs: string, sysfs: string): ReadCgroup | undefined {
  const memberships = readAttribute(procfs, "self/cgroup");
  if (memberships === undefined) return undefined;
  const lines = Array.from(memberships.matchAll(/^\d+:([^:\n]*):(.*)$/gm), ([, names, path]) => ({
    controllers: names!.split(","),
    path: path!,
  }));
  const pathOf = (controller: string): string | undefined =>
    lines.find(({ controllers }) => controllers.includes(controller))?.path;
  const unified = pathOf("");
  const root = join(sysfs, "fs/cgroup");
  // A mixed hierarchy has the controllers in the old one.
  if (unified !== undefined && readAttribute(root, "cgroup.controllers") !== undefined) {
    const groups = groupsAbove(root, unified);
    return () => tightest(groups, groups, unifiedFiles);
  }
  const cpu = oldGroups(root, pathOf("cpu"), ["cpu", "cpu,cpuacct"]);
  const memory = oldGroups(root, pathOf("memory"), ["memory"]);
  const files = oldFiles(oldGroups(root, pathOf("cpuacct"), ["cpuacct", "cpu,cpuacct"]));
  return () => tightest(cpu, memory, files);
}

function oldGroups(root: string, path: string | undefined, mounts: readonly string[]): string[] {
  return path === undefined ? [] : mounts.flatMap((mount) => groupsAbove(join(root, mount), path));
}

/** The folder of a group and those above it, up to that of the mount, as far as they are there. */
function groupsAbove(root: string, path: string): string[] {
  // A process that was moved out of what its namespace shows is told a path that leads upwards.
  const steps = path.split("/").includes("..") ? "/" : path;
  const above = steps === "/" ? [] : groupsAbove(root, dirname(steps));
  const group = join(root, steps);
  return statSync(group, { throwIfNoEntry: false })?.isDirectory() ? [group, ...above] : above;
}

type Read = (group: string) => number | undefined;

/** How a hierarchy is read. */
interface CgroupFiles {
  readonly cpuLimit: Read;
  readonly cpuSeconds: Read;
  readonly memoryLimitBytes: Read;
  readonly memoryBytes: Read;
  /** Page cache that it could give back. */
  readonly cacheBytes: Read;
}

const unifiedFiles: CgroupFiles = {
  cpuLimit: (group) => {
    const [quota, period] = (readAttribute(group, "cpu.max") ?? "").split(" ").map(parseNumber);
    return ratio(quota, period);
  },
  cpuSeconds: (group) =>
    ratio(parseNumber(/^usage_usec (\d+)$/m.exec(readAttribute(group, "cpu.stat") ?? "")?.[1]), 1e6),
  memoryLimitBytes: (group) => readNumber(group, "memory.max"),
  memoryBytes: (group) => readNumber(group, "memory.current"),
  cacheBytes: (group) => parseNumber(/^inactive_file (\d+)$/m.exec(readAttribute(group, "memory.stat") ?? "")?.[1]),
};

// Without a limit the old hierarchy tells the highest number of whole pages.
const unlimitedBytes = 2 ** 62;

/** Those of the old hierarchy, where the CPU time may stand in the group of the same name below another mount. */
function oldFiles(cpuacct: readonly string[]): CgroupFiles {
  return {
    cpuLimit: (group) => {
      const quota = readNumber(group, "cpu.cfs_quota_us");
      return quota === undefined || quota < 0 ? undefined : ratio(quota, readNumber(group, "cpu.cfs_period_us"));
    },
    cpuSeconds: (group) => {
      const same = cpuacct.filter((each) => groupName(each) === groupName(group));
      return ratio(first(same, (each) => readNumber(each, "cpuacct.usage"))?.value, 1e9);
    },
    memoryLimitBytes: (group) => {
      const limit = readNumber(group, "memory.limit_in_bytes");
      return limit === undefined || limit >= unlimitedBytes ? undefined : limit;
    },
    memoryBytes: (group) => readNumber(group, "memory.usage_in_bytes"),
    cacheBytes: (group) =>
      parseNumber(/^total_inactive_file (\d+)$/m.exec(readAttribute(group, "memory.stat") ?? "")?.[1]),
  };
}

/** The path of a group below the mount of its controllers. */
function groupName(folder: string): string | undefined {
  return /\/fs\/cgroup\/[^/]+(.*)$/.exec(folder)?.[1];
}

/** For CPU and memory each, what the group says whose limit is the lowest, or else the innermost that says anything. */
function tightest(cpu: readonly string[], memory: readonly string[], files: CgroupFiles): ControlGroup | undefined {
  const cpuLimit = lowest(cpu, files.cpuLimit);
  const cpuSeconds = cpuLimit === undefined ? first(cpu, files.cpuSeconds)?.value : files.cpuSeconds(cpuLimit.group);
  const memoryLimit = lowest(memory, files.memoryLimitBytes);
  const usage =
    memoryLimit === undefined
      ? first(memory, files.memoryBytes)
      : { group: memoryLimit.group, value: files.memoryBytes(memoryLimit.group) };
  if (cpuLimit === undefined && cpuSeconds === undefined && usage === undefined) return undefined;
  const memoryBytes = usage?.value;
  const cache = usage === undefined ? 0 : (files.cacheBytes(usage.group) ?? 0);
  return {
    cpuLimit: cpuLimit?.value,
    cpuSeconds,
    memoryLimitBytes: memoryLimit?.value,
    memoryBytes,
    workingSetBytes: memoryBytes === undefined ? undefined : Math.max(memoryBytes - cache, 0),
  };
}

interface Found {
  readonly group: string;
  readonly value: number;
}

function first(groups: readonly string[], read: Read): Found | undefined {
  for (const group of groups) {
    const value = read(group);
    if (value !== undefined) return { group, value };
  }
  return undefined;
}

function lowest(groups: readonly string[], read: Read): Found | undefined {
  let found: Found | undefined;
  for (const group of groups) {
    const value = read(group);
    if (value !== undefined && (found === undefined || value < found.value)) found = { group, value };
  }
  return found;
}

function ratio(value: number | undefined, unit: number | undefined): number | undefined {
  return value === undefined || unit === undefined || unit <= 0 ? undefined : value / unit;
}
