import type { z } from "zod";
import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { bondingCollector } from "./bonding.ts";
import { edacCollector } from "./edac.ts";
import { hwmonCollector, hwmonOptions } from "./hwmon.ts";
import { mdadmCollector } from "./mdadm.ts";
import { nvmeCollector } from "./nvme.ts";
import { powersupplyclassCollector, powersupplyclassOptions } from "./powersupplyclass.ts";
import { selinuxCollector } from "./selinux.ts";
import { thermalZoneCollector } from "./thermal-zone.ts";
import { cgroupCollector } from "./cgroup.ts";
import { cpuCollector } from "./cpu.ts";
import { diskstatsCollector, diskstatsOptions } from "./diskstats.ts";
import { filesystemCollector, filesystemOptions } from "./filesystem.ts";
import type { HostPaths } from "./host-paths.ts";
import { loadavgCollector } from "./loadavg.ts";
import { meminfoCollector } from "./meminfo.ts";
import { noOptions, type OptionsSchema } from "./options.ts";
import { statCollector } from "./stat.ts";
import { systemUsageCollector, systemUsageOptions } from "./system-usage.ts";
import { textfileCollector, textfileOptions } from "./textfile.ts";
import { timeCollector } from "./time.ts";
import { unameCollector } from "./uname.ts";

/** A collector of the host module before it is made. */
export interface HostCollector {
  readonly name: string;
  /** Whether it runs unless it is told to, or not to. */
  readonly isDefault: boolean;
  readonly options: OptionsSchema;
  /** Makes it with what `options` has taken; undefined on a system that does not have its source. */
  make(paths: HostPaths | undefined, options: unknown, logger: Logger): Collector | undefined;
}

/** Every collector of the host module, in the order of their names. */
export const collectors: readonly HostCollector[] = [
  linux("bonding", noOptions, bondingCollector),
  optIn(linux("cgroup", noOptions, cgroupCollector)),
  everywhere("cpu", noOptions, cpuCollector),
  linux("diskstats", diskstatsOptions, diskstatsCollector),
  linux("edac", noOptions, edacCollector),
  linux("filesystem", filesystemOptions, filesystemCollector),
  linux("hwmon", hwmonOptions, hwmonCollector),
  // Windows has no load average, and Node says 0 there.
  everywhere("loadavg", noOptions, (paths) => (process.platform === "win32" ? undefined : loadavgCollector(paths))),
  linux("mdadm", noOptions, mdadmCollector),
  everywhere("meminfo", noOptions, meminfoCollector),
  linux("nvme", noOptions, nvmeCollector),
  linux("powersupplyclass", powersupplyclassOptions, powersupplyclassCollector),
  linux("selinux", noOptions, selinuxCollector),
  everywhere("stat", noOptions, statCollector),
  everywhere("system_usage", systemUsageOptions, systemUsageCollector),
  everywhere("textfile", textfileOptions, textfileCollector),
  linux("thermal_zone", noOptions, thermalZoneCollector),
  everywhere("time", noOptions, timeCollector),
  everywhere("uname", noOptions, unameCollector),
];

/** A collector that gets no paths where there is no procfs, and then asks Node.js. */
function everywhere<Options>(
  name: string,
  options: OptionsSchema<Options>,
  make: (paths: HostPaths | undefined, options: Options, logger: Logger) => Collector | undefined,
): HostCollector {
  return {
    name,
    isDefault: true,
    options,
    make: (paths, given, logger) => make(paths, given as z.output<typeof options>, logger),
  };
}

/** A collector of what only Linux has. */
export function linux<Options>(
  name: string,
  options: OptionsSchema<Options>,
  make: (paths: HostPaths, options: Options, logger: Logger) => Collector,
): HostCollector {
  return everywhere(name, options, (paths, given, logger) => paths && make(paths, given, logger));
}

/** The same, where it is asked for alone. */
export function optIn(collector: HostCollector): HostCollector {
  return { ...collector, isDefault: false };
}
