import type { z } from "zod";
import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { arpCollector, arpOptions } from "./arp.ts";
import { bcacheCollector, bcacheOptions } from "./bcache.ts";
import { bondingCollector } from "./bonding.ts";
import { btrfsCollector } from "./btrfs.ts";
import { cgroupCollector } from "./cgroup.ts";
import { conntrackCollector } from "./conntrack.ts";
import { cpuCollector, cpuOptions } from "./cpu.ts";
import { cpufreqCollector } from "./cpufreq.ts";
import { diskstatsCollector, diskstatsOptions } from "./diskstats.ts";
import { dmiCollector } from "./dmi.ts";
import { edacCollector } from "./edac.ts";
import { entropyCollector } from "./entropy.ts";
import { fibrechannelCollector } from "./fibrechannel.ts";
import { filefdCollector } from "./filefd.ts";
import { filesystemElsewhereCollector } from "./filesystem-elsewhere.ts";
import { filesystemCollector, filesystemOptions } from "./filesystem.ts";
import type { HostPaths } from "./host-paths.ts";
import { hwmonCollector, hwmonOptions } from "./hwmon.ts";
import { infinibandCollector } from "./infiniband.ts";
import { interruptsCollector, interruptsOptions } from "./interrupts.ts";
import { ipvsCollector, ipvsOptions } from "./ipvs.ts";
import { loadavgCollector } from "./loadavg.ts";
import { mdadmCollector } from "./mdadm.ts";
import { meminfoCollector } from "./meminfo.ts";
import { netclassCollector, netclassOptions } from "./netclass.ts";
import { netdevElsewhereCollector } from "./netdev-elsewhere.ts";
import { netdevCollector, netdevOptions } from "./netdev.ts";
import { netstatCollector, netstatOptions } from "./netstat.ts";
import { nfsCollector } from "./nfs.ts";
import { nfsdCollector } from "./nfsd.ts";
import { nvmeCollector } from "./nvme.ts";
import { noOptions, type OptionsSchema } from "./options.ts";
import { osCollector } from "./os.ts";
import { powersupplyclassCollector, powersupplyclassOptions } from "./powersupplyclass.ts";
import { pressureCollector } from "./pressure.ts";
import { processesCollector } from "./processes.ts";
import { raplCollector, raplOptions } from "./rapl.ts";
import { schedstatCollector } from "./schedstat.ts";
import { selinuxCollector } from "./selinux.ts";
import { sockstatCollector } from "./sockstat.ts";
import { softnetCollector } from "./softnet.ts";
import { statCollector, statOptions } from "./stat.ts";
import { systemUsageCollector, systemUsageOptions } from "./system-usage.ts";
import { tapestatsCollector, tapestatsOptions } from "./tapestats.ts";
import { tcpstatCollector } from "./tcpstat.ts";
import { textfileCollector, textfileOptions } from "./textfile.ts";
import { thermalZoneCollector } from "./thermal-zone.ts";
import { timeCollector } from "./time.ts";
import { udpQueuesCollector } from "./udp-queues.ts";
import { unameCollector } from "./uname.ts";
import { vmstatCollector, vmstatOptions } from "./vmstat.ts";
import { watchdogCollector } from "./watchdog.ts";
import { xfsCollector } from "./xfs.ts";
import { zfsCollector } from "./zfs.ts";

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
  linux("arp", arpOptions, arpCollector),
  linux("bcache", bcacheOptions, bcacheCollector),
  linux("bonding", noOptions, bondingCollector),
  linux("btrfs", noOptions, btrfsCollector),
  optIn(linux("cgroup", noOptions, cgroupCollector)),
  linux("conntrack", noOptions, conntrackCollector),
  everywhere("cpu", cpuOptions, cpuCollector),
  linux("cpufreq", noOptions, cpufreqCollector),
  linux("diskstats", diskstatsOptions, diskstatsCollector),
  linux("dmi", noOptions, dmiCollector),
  linux("edac", noOptions, edacCollector),
  linux("entropy", noOptions, entropyCollector),
  linux("fibrechannel", noOptions, fibrechannelCollector),
  linux("filefd", noOptions, filefdCollector),
  everywhere("filesystem", filesystemOptions, (paths, options, logger) =>
    paths === undefined ? filesystemElsewhereCollector(options, logger) : filesystemCollector(paths, options, logger),
  ),
  linux("hwmon", hwmonOptions, hwmonCollector),
  linux("infiniband", noOptions, infinibandCollector),
  optIn(linux("interrupts", interruptsOptions, interruptsCollector)),
  linux("ipvs", ipvsOptions, ipvsCollector),
  // Windows has no load average, and Node says 0 there.
  everywhere("loadavg", noOptions, (paths) => (process.platform === "win32" ? undefined : loadavgCollector(paths))),
  linux("mdadm", noOptions, mdadmCollector),
  everywhere("meminfo", noOptions, (paths) => meminfoCollector(paths)),
  linux("netclass", netclassOptions, netclassCollector),
  everywhere("netdev", netdevOptions, (paths, options, logger) =>
    paths === undefined ? netdevElsewhereCollector(options, logger) : netdevCollector(paths, options),
  ),
  linux("netstat", netstatOptions, netstatCollector),
  linux("nfs", noOptions, nfsCollector),
  linux("nfsd", noOptions, nfsdCollector),
  linux("nvme", noOptions, nvmeCollector),
  linux("os", noOptions, osCollector),
  linux("powersupplyclass", powersupplyclassOptions, powersupplyclassCollector),
  linux("pressure", noOptions, pressureCollector),
  optIn(linux("processes", noOptions, processesCollector)),
  linux("rapl", raplOptions, raplCollector),
  linux("schedstat", noOptions, schedstatCollector),
  linux("selinux", noOptions, selinuxCollector),
  linux("sockstat", noOptions, sockstatCollector),
  linux("softnet", noOptions, softnetCollector),
  everywhere("stat", statOptions, statCollector),
  everywhere("system_usage", systemUsageOptions, systemUsageCollector),
  linux("tapestats", tapestatsOptions, tapestatsCollector),
  optIn(linux("tcpstat", noOptions, tcpstatCollector)),
  everywhere("textfile", textfileOptions, textfileCollector),
  linux("thermal_zone", noOptions, thermalZoneCollector),
  everywhere("time", noOptions, timeCollector),
  linux("udp_queues", noOptions, udpQueuesCollector),
  everywhere("uname", noOptions, unameCollector),
  linux("vmstat", vmstatOptions, vmstatCollector),
  linux("watchdog", noOptions, watchdogCollector),
  linux("xfs", noOptions, xfsCollector),
  linux("zfs", noOptions, zfsCollector),
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
function linux<Options>(
  name: string,
  options: OptionsSchema<Options>,
  make: (paths: HostPaths, options: Options, logger: Logger) => Collector,
): HostCollector {
  return everywhere(name, options, (paths, given, logger) => paths && make(paths, given, logger));
}

/** The same, where it is asked for alone. */
function optIn(collector: HostCollector): HostCollector {
  return { ...collector, isDefault: false };
}
