/**
 * Collectors that node_exporter has on Linux, up to release 1.9, and that are not here. Their switches are known nonetheless:
 * whoever switches one off asks for what is so.
 */
export const absentCollectors: readonly string[] = [
  "buddyinfo",
  "cgroups",
  "cpu_vulnerabilities",
  "drbd",
  "drm",
  "ethtool",
  "ksmd",
  "lnstat",
  "logind",
  "meminfo_numa",
  "mountstats",
  "network_route",
  "ntp",
  "pcidevice",
  "perf",
  "qdisc",
  "runit",
  "slabinfo",
  "softirqs",
  "supervisord",
  "swap",
  "sysctl",
  "systemd",
  "timex",
  "wifi",
  "xfrm",
  "zoneinfo",
];
