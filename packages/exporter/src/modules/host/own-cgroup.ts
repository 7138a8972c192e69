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

/**
 * The control groups that this process is in and that are visible from here, for CPU and for memory: those whose limit is the
 * tightest, since the limits of all groups above count too. In a container that is the container. Undefined where there are none.
 */
export function readOwnCgroup(procfs: string, sysfs: string): ControlGroup | undefined {
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
  if (readAttribute(root, "cgroup.controllers") !== undefined && unified !== undefined) {
    return tightest(groupsAbove(root, unified).map(readUnified));
  }
  const groups = [
    ...oldGroups(root, pathOf("cpu"), ["cpu", "cpu,cpuacct"]),
    ...oldGroups(root, pathOf("memory"), ["memory"]),
  ];
  const usage = oldGroups(root, pathOf("cpuacct"), ["cpuacct", "cpu,cpuacct"]);
  return tightest(groups.map((group) => readOld(group, usage)));
}

function oldGroups(root: string, path: string | undefined, mounts: readonly string[]): string[] {
  return path === undefined ? [] : mounts.flatMap((mount) => groupsAbove(join(root, mount), path));
}

/** The folder of a group and those above it, up to that of the mount. One that does not exist has nothing to read. */
function groupsAbove(root: string, path: string): string[] {
  // A process that was moved out of what its namespace shows is told a path that leads upwards.
  const steps = path.split("/").includes("..") ? "/" : path;
  const above = steps === "/" ? [] : groupsAbove(root, dirname(steps));
  return [join(root, steps), ...above];
}

function readUnified(group: string): ControlGroup {
  const [quota, period] = (readAttribute(group, "cpu.max") ?? "").split(" ").map(parseNumber);
  const microseconds = parseNumber(/^usage_usec (\d+)$/m.exec(readAttribute(group, "cpu.stat") ?? "")?.[1]);
  return {
    cpuLimit: ratio(quota, period),
    cpuSeconds: ratio(microseconds, 1e6),
    memoryLimitBytes: readNumber(group, "memory.max"),
    ...memoryOf(group, "memory.current", "inactive_file"),
  };
}

// Without a limit the old hierarchy tells the highest number of whole pages.
const unlimitedBytes = 2 ** 62;

function readOld(group: string, cpuacct: readonly string[]): ControlGroup {
  const quota = readNumber(group, "cpu.cfs_quota_us");
  const limit = readNumber(group, "memory.limit_in_bytes");
  const nanoseconds = cpuacct
    .filter((each) => groupName(each) === groupName(group))
    .map((each) => readNumber(each, "cpuacct.usage"))
    .find((usage) => usage !== undefined);
  return {
    cpuLimit: quota === undefined || quota < 0 ? undefined : ratio(quota, readNumber(group, "cpu.cfs_period_us")),
    cpuSeconds: ratio(nanoseconds, 1e9),
    memoryLimitBytes: limit === undefined || limit >= unlimitedBytes ? undefined : limit,
    ...memoryOf(group, "memory.usage_in_bytes", "total_inactive_file"),
  };
}

/** The path of a group below the mount of its controllers. */
function groupName(folder: string): string | undefined {
  return /\/fs\/cgroup\/[^/]+(.*)$/.exec(folder)?.[1];
}

function memoryOf(
  group: string,
  file: string,
  cacheField: string,
): Pick<ControlGroup, "memoryBytes" | "workingSetBytes"> {
  const memoryBytes = readNumber(group, file);
  const stat = readAttribute(group, "memory.stat") ?? "";
  const cache = parseNumber(new RegExp(`^${cacheField} (\\d+)$`, "m").exec(stat)?.[1]) ?? 0;
  return { memoryBytes, workingSetBytes: memoryBytes === undefined ? undefined : Math.max(memoryBytes - cache, 0) };
}

/** For CPU and memory each, what the group says whose limit is the lowest, or else the innermost that says anything. */
function tightest(groups: readonly ControlGroup[]): ControlGroup | undefined {
  const cpu = lowest(groups, "cpuLimit") ?? groups.find(({ cpuSeconds }) => cpuSeconds !== undefined);
  const memory = lowest(groups, "memoryLimitBytes") ?? groups.find(({ memoryBytes }) => memoryBytes !== undefined);
  if (cpu === undefined && memory === undefined) return undefined;
  return {
    cpuLimit: cpu?.cpuLimit,
    cpuSeconds: cpu?.cpuSeconds,
    memoryLimitBytes: memory?.memoryLimitBytes,
    memoryBytes: memory?.memoryBytes,
    workingSetBytes: memory?.workingSetBytes,
  };
}

function lowest(groups: readonly ControlGroup[], limit: "cpuLimit" | "memoryLimitBytes"): ControlGroup | undefined {
  const limited = groups.filter((group) => group[limit] !== undefined);
  return limited.toSorted((a, b) => a[limit]! - b[limit]!)[0];
}

function ratio(value: number | undefined, unit: number | undefined): number | undefined {
  return value === undefined || unit === undefined || unit <= 0 ? undefined : value / unit;
}
