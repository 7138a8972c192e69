import type { Scrape } from "../../scrape/scrape.ts";
import { parseCpuList } from "./cpu-list.ts";
import type { HostPaths } from "./host-paths.ts";
import { listFolder, readAttribute, readNumber } from "./pseudo-file.ts";

const folder = "devices/system/cpu";

/** The numbers of the CPUs that sysfs has, in their order. */
export function cpusOf(paths: HostPaths): string[] {
  const names = listFolder(paths.sysfs, folder).filter((name) => /^cpu\d+$/.test(name));
  return names.map((name) => name.slice(3)).toSorted((a, b) => Number(a) - Number(b));
}

/** Which CPUs are online, and which the scheduler leaves alone. */
export function tellCpuLists(scrape: Scrape, paths: HostPaths): void {
  const list = (name: string): number[] => parseCpuList(readAttribute(paths.sysfs, `${folder}/${name}`) ?? "");
  const present = cpusOf(paths);
  const isOnline = new Set(list("online").map(String));
  if (isOnline.size > 0 && present.length > 0) {
    const online = scrape.gauge({
      name: "node_cpu_online",
      help: "CPUs that are online and being scheduled.",
      labelNames: ["cpu"],
    });
    for (const cpu of present) online.set({ cpu }, isOnline.has(cpu) ? 1 : 0);
  }
  const isolated = list("isolated");
  if (isolated.length === 0) return;
  const gauge = scrape.gauge({
    name: "node_cpu_isolated",
    help: "Whether each core is isolated, from /sys/devices/system/cpu/isolated.",
    labelNames: ["cpu"],
  });
  for (const cpu of isolated) gauge.set({ cpu }, 1);
}

/** How often cores and packages of CPUs were slowed down for their heat. */
export function tellThrottles(scrape: Scrape, paths: HostPaths): void {
  const cores = new Map<string, { package: string; core: string; count: number }>();
  const packages = new Map<string, number>();
  for (const cpu of cpusOf(paths)) {
    const read = (attribute: string): number | undefined => readNumber(paths.sysfs, `${folder}/cpu${cpu}/${attribute}`);
    const ofCore = read("thermal_throttle/core_throttle_count");
    const ofPackage = read("thermal_throttle/package_throttle_count");
    if (ofCore === undefined && ofPackage === undefined) continue;
    const packageId = read("topology/physical_package_id");
    const coreId = read("topology/core_id");
    if (packageId === undefined || coreId === undefined) continue;
    // The CPUs of one core tell the same.
    const key = `${packageId}/${coreId}`;
    if (ofCore !== undefined && !cores.has(key)) {
      cores.set(key, { package: String(packageId), core: String(coreId), count: ofCore });
    }
    if (ofPackage !== undefined && !packages.has(String(packageId))) packages.set(String(packageId), ofPackage);
  }
  const coreThrottles = scrape.counter({
    name: "node_cpu_core_throttles_total",
    help: "Number of times this CPU core has been throttled.",
    labelNames: ["package", "core"],
  });
  for (const { count, ...labels } of cores.values()) coreThrottles.setTotal(labels, count);
  const packageThrottles = scrape.counter({
    name: "node_cpu_package_throttles_total",
    help: "Number of times this CPU package has been throttled.",
    labelNames: ["package"],
  });
  for (const [id, count] of packages) packageThrottles.setTotal({ package: id }, count);
}
