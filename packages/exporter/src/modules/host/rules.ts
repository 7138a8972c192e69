import type { RuleSet } from "../../rules/rule-set.ts";
import { onDisk } from "./disk-file-systems.ts";
import { hostRuleTests } from "./rule-tests.ts";

const left = `node_filesystem_avail_bytes{${onDisk}} / (node_filesystem_size_bytes{${onDisk}} > 0)`;
const writable = `node_filesystem_readonly{${onDisk}} == 0`;
const errors = "rate(node_network_receive_errs_total[5m]) + rate(node_network_transmit_errs_total[5m])";
const packets = "rate(node_network_receive_packets_total[5m]) + rate(node_network_transmit_packets_total[5m])";

/** What is worth working out ahead of hosts, and what somebody should be told of. */
export const hostRules: RuleSet = {
  name: "host",
  groups: [
    {
      name: "exporterkit-host-recordings",
      rules: [
        {
          record: "instance:node_cpu_busy:ratio_rate5m",
          expr: '1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
        },
        {
          record: "instance:node_memory_used:ratio",
          expr: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
        },
        { record: "instance:node_filesystem_used:ratio", expr: `1 - ${left}` },
        {
          record: "instance:node_network_receive_bytes:rate5m",
          expr: 'sum without (device) (rate(node_network_receive_bytes_total{device!="lo"}[5m]))',
        },
        {
          record: "instance:node_network_transmit_bytes:rate5m",
          expr: 'sum without (device) (rate(node_network_transmit_bytes_total{device!="lo"}[5m]))',
        },
      ],
    },
    {
      name: "exporterkit-host-disks",
      rules: [
        {
          alert: "HostDiskFillsUp",
          expr: `predict_linear(node_filesystem_avail_bytes{${onDisk}}[6h], 24 * 3600) < 0\nand ${left} < 0.4\nand ${writable}`,
          for: "1h",
          severity: "warning",
          summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within a day",
          description:
            "The file system {{ $labels.mountpoint }} will be full in less than 24 hours if it goes on as in the last 6.",
          runbook: "Find what grows with du -x, delete or rotate it, or make the file system larger.",
        },
        {
          alert: "HostDiskFillsUpSoon",
          expr: `predict_linear(node_filesystem_avail_bytes{${onDisk}}[1h], 4 * 3600) < 0\nand ${left} < 0.2\nand ${writable}`,
          for: "15m",
          severity: "critical",
          summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within 4 hours",
          description:
            "The file system {{ $labels.mountpoint }} will be full in less than 4 hours if it goes on as in the last one.",
          runbook: "Stop what writes so much, then find it with du -x, and make room.",
        },
        {
          alert: "HostDiskFull",
          expr: `${left} < 0.05\nand ${writable}`,
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} is nearly full",
          description: "{{ $value | humanizePercentage }} of the file system {{ $labels.mountpoint }} are left.",
          runbook: "Make room: what grows is found with du -x, deleted files that are still open with lsof +L1.",
        },
        {
          alert: "HostInodesRunOut",
          expr: `node_filesystem_files_free{${onDisk}} / (node_filesystem_files{${onDisk}} > 0) < 0.05\nand ${writable}`,
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} can hardly take new files",
          description: "{{ $value | humanizePercentage }} of the inodes of {{ $labels.mountpoint }} are left.",
          runbook: "Find the folder of many small files with du -x --inodes, and delete those that nobody needs.",
        },
        {
          alert: "HostFilesystemUnreadable",
          expr: "node_filesystem_device_error == 1",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} cannot be asked for its size",
          description: "The file system {{ $labels.mountpoint }} on {{ $labels.device }} hangs or refuses.",
          runbook: "Look into the kernel's log; a network file system may have lost its server.",
        },
        {
          alert: "HostIoStalled",
          expr: "rate(node_pressure_io_stalled_seconds_total[5m]) > 0.4",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} waits for its disks",
          description: "For {{ $value | humanizePercentage }} of the time nothing went on but waiting for a disk.",
          runbook: "See which device is busy and who reads or writes, with iostat -x and pidstat -d.",
        },
      ],
    },
    {
      name: "exporterkit-host-cpu-and-memory",
      rules: [
        {
          alert: "HostCpuSaturated",
          expr: "rate(node_pressure_cpu_waiting_seconds_total[5m]) > 0.5",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} has too few CPUs",
          description: "For {{ $value | humanizePercentage }} of the time some process waited for a CPU.",
          runbook: "See who works, with top or the dashboard of processes; limit or move it, or add CPUs.",
        },
        {
          alert: "HostMemoryLow",
          expr: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} has little memory left",
          description: "{{ $value | humanizePercentage }} of the memory are available.",
          runbook: "See who holds it, with top or the dashboard of processes, before the kernel kills one of them.",
        },
        {
          alert: "HostMemoryPressure",
          expr: "rate(node_pressure_memory_waiting_seconds_total[5m]) > 0.2",
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.instance }} is slow for lack of memory",
          description: "For {{ $value | humanizePercentage }} of the time some process waited for memory.",
          runbook: "Stop or move what holds the most memory, or add memory.",
        },
        {
          alert: "HostProcessesKilled",
          expr: "increase(node_vmstat_oom_kill[15m]) > 0",
          severity: "warning",
          summary: "{{ $labels.instance }} has killed processes for lack of memory",
          description: "In the last 15 minutes about {{ $value | humanize }} were killed.",
          runbook: "The kernel's log names them; raise their limit, or find why they grew.",
        },
      ],
    },
    {
      name: "exporterkit-host-others",
      rules: [
        {
          alert: "HostClockWrong",
          expr: "abs(node_time_seconds - timestamp(node_time_seconds)) > 5",
          for: "10m",
          severity: "warning",
          summary: "The clock of {{ $labels.instance }} is not that of Prometheus",
          description: "They are {{ $value | humanizeDuration }} apart.",
          runbook: "See whether chronyd, ntpd or systemd-timesyncd runs and is in sync, on both machines.",
        },
        {
          alert: "HostNetworkErrors",
          expr: `(${errors})\n/ (${packets} > 0) > 0.01`,
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.device }} of {{ $labels.instance }} has transmission errors",
          description: "{{ $value | humanizePercentage }} of the packets had errors.",
          runbook: "Look at the counters of ethtool -S, then at the cable, the port of the switch and the duplex mode.",
        },
        {
          alert: "HostFileDescriptorsRunOut",
          expr: "node_filefd_allocated / node_filefd_maximum > 0.8",
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.instance }} runs out of file descriptors",
          description: "{{ $value | humanizePercentage }} of fs.file-max are in use.",
          runbook:
            "Find who has so many files open, with lsof or the dashboard of processes; raise fs.file-max if that is right.",
        },
        {
          alert: "HostConnectionTableFull",
          expr: "node_nf_conntrack_entries / node_nf_conntrack_entries_limit > 0.8",
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.instance }} will soon refuse connections",
          description: "{{ $value | humanizePercentage }} of the table of connections are in use.",
          runbook: "See who connects, with conntrack -L; raise net.netfilter.nf_conntrack_max if that is right.",
        },
      ],
    },
  ],
  tests: hostRuleTests,
};
