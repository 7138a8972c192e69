import type { RuleTest } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const host = { job: "host", instance: "a:9999" };
const disk = { ...host, device: "/dev/sda1", fstype: "ext4", mountpoint: "/" };
const gib = 2 ** 30;

/** Stories of a host, and which alerts they lead to. */
export const hostRuleTests: readonly RuleTest[] = [
  {
    name: "a disk that fills up slowly is told of a day before, one that does not is not",
    series: {
      // 30 GiB of 100 are left, and one goes in an hour: 6 hours later there are 24, which are gone a day later.
      [series("node_filesystem_avail_bytes", disk)]: `${30 * gib}-${(1.1 * gib) / 60}x480`,
      [series("node_filesystem_size_bytes", disk)]: `${100 * gib}x480`,
      [series("node_filesystem_readonly", disk)]: "0x480",
      [series("node_filesystem_avail_bytes", { ...disk, mountpoint: "/steady" })]: `${30 * gib}x480`,
      [series("node_filesystem_size_bytes", { ...disk, mountpoint: "/steady" })]: `${100 * gib}x480`,
      [series("node_filesystem_readonly", { ...disk, mountpoint: "/steady" })]: "0x480",
    },
    alerts: [
      { alert: "HostDiskFillsUp", at: "30m", firing: [] },
      { alert: "HostDiskFillsUp", at: "8h", firing: [{ labels: disk }] },
      { alert: "HostDiskFillsUpSoon", at: "8h", firing: [] },
      { alert: "HostDiskFull", at: "8h", firing: [] },
    ],
  },
  {
    name: "a disk that fills up fast, and is full",
    series: {
      [series("node_filesystem_avail_bytes", disk)]: `${12 * gib}-${0.1 * gib}x90 ${3 * gib}x60`,
      [series("node_filesystem_size_bytes", disk)]: `${100 * gib}x200`,
      [series("node_filesystem_readonly", disk)]: "0x200",
      [series("node_filesystem_files_free", disk)]: "4x200",
      [series("node_filesystem_files", disk)]: "100x200",
      [series("node_filesystem_device_error", disk)]: "0x100 1x100",
    },
    alerts: [
      { alert: "HostDiskFillsUpSoon", at: "1h", firing: [{ labels: disk }] },
      { alert: "HostDiskFull", at: "1h", firing: [] },
      { alert: "HostDiskFull", at: "2h", firing: [{ labels: disk, value: "3%" }] },
      { alert: "HostInodesRunOut", at: "15m", firing: [{ labels: disk, value: "4%" }] },
      { alert: "HostFilesystemUnreadable", at: "100m", firing: [] },
      { alert: "HostFilesystemUnreadable", at: "2h", firing: [{ labels: disk }] },
    ],
  },
  {
    name: "a file system that nobody can write to may be full",
    series: {
      [series("node_filesystem_avail_bytes", disk)]: "0x60",
      [series("node_filesystem_size_bytes", disk)]: `${gib}x60`,
      [series("node_filesystem_readonly", disk)]: "1x60",
    },
    alerts: [{ alert: "HostDiskFull", at: "30m", firing: [] }],
  },
  {
    name: "a host that has too little of everything",
    series: {
      [series("node_pressure_cpu_waiting_seconds_total", host)]: "0+36x40",
      [series("node_pressure_memory_waiting_seconds_total", host)]: "0+18x40",
      [series("node_pressure_io_stalled_seconds_total", host)]: "0+30x40",
      [series("node_memory_MemAvailable_bytes", host)]: "8x40",
      [series("node_memory_MemTotal_bytes", host)]: "100x40",
      [series("node_vmstat_oom_kill", host)]: "0x20 1x20",
      [series("node_filefd_allocated", host)]: "90x40",
      [series("node_filefd_maximum", host)]: "100x40",
      [series("node_nf_conntrack_entries", host)]: "85x40",
      [series("node_nf_conntrack_entries_limit", host)]: "100x40",
    },
    alerts: [
      { alert: "HostCpuSaturated", at: "10m", firing: [] },
      { alert: "HostCpuSaturated", at: "30m", firing: [{ labels: host, value: "60%" }] },
      { alert: "HostMemoryPressure", at: "30m", firing: [{ labels: host, value: "30%" }] },
      { alert: "HostIoStalled", at: "30m", firing: [{ labels: host, value: "50%" }] },
      { alert: "HostMemoryLow", at: "30m", firing: [{ labels: host, value: "8%" }] },
      { alert: "HostProcessesKilled", at: "20m", firing: [] },
      { alert: "HostProcessesKilled", at: "30m", firing: [{ labels: host, value: "1" }] },
      { alert: "HostFileDescriptorsRunOut", at: "30m", firing: [{ labels: host, value: "90%" }] },
      { alert: "HostConnectionTableFull", at: "30m", firing: [{ labels: host, value: "85%" }] },
    ],
    values: [
      {
        expr: "instance:node_memory_used:ratio",
        at: "30m",
        samples: { [series("instance:node_memory_used:ratio", host)]: 0.92 },
      },
    ],
  },
  {
    name: "a host that is busy and well",
    series: {
      [series("node_cpu_seconds_total", { ...host, cpu: "0", mode: "idle" })]: "0+15x40",
      [series("node_cpu_seconds_total", { ...host, cpu: "1", mode: "idle" })]: "0+45x40",
      [series("node_pressure_cpu_waiting_seconds_total", host)]: "0+6x40",
      [series("node_memory_MemAvailable_bytes", host)]: "50x40",
      [series("node_memory_MemTotal_bytes", host)]: "100x40",
      [series("node_time_seconds", host)]: "0+60x40",
      [series("node_network_receive_bytes_total", { ...host, device: "eth0" })]: "0+600x40",
      [series("node_network_receive_bytes_total", { ...host, device: "lo" })]: "0+600x40",
    },
    alerts: [
      { alert: "HostCpuSaturated", at: "40m", firing: [] },
      { alert: "HostMemoryLow", at: "40m", firing: [] },
      { alert: "HostClockWrong", at: "40m", firing: [] },
    ],
    values: [
      {
        expr: "instance:node_cpu_busy:ratio_rate5m",
        at: "30m",
        samples: { [series("instance:node_cpu_busy:ratio_rate5m", host)]: 0.5 },
      },
      {
        expr: "instance:node_network_receive_bytes:rate5m",
        at: "30m",
        samples: { [series("instance:node_network_receive_bytes:rate5m", host)]: 10 },
      },
    ],
  },
  {
    name: "a clock that is late, and a cable that is bad",
    series: {
      [series("node_time_seconds", host)]: "-60+60x40",
      [series("node_network_receive_errs_total", { ...host, device: "eth0" })]: "0+30x40",
      [series("node_network_transmit_errs_total", { ...host, device: "eth0" })]: "0x40",
      [series("node_network_receive_packets_total", { ...host, device: "eth0" })]: "0+300x40",
      [series("node_network_transmit_packets_total", { ...host, device: "eth0" })]: "0+300x40",
    },
    alerts: [
      { alert: "HostClockWrong", at: "30m", firing: [{ labels: host, value: "1m 0s" }] },
      { alert: "HostNetworkErrors", at: "30m", firing: [{ labels: { ...host, device: "eth0" }, value: "5%" }] },
    ],
  },
];
