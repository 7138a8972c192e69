import type { DashboardPlan } from "../../dashboard/dashboard-plan.ts";
import { onDisk } from "./disk-file-systems.ts";

/** Whether a host is well, from the top down: how busy, how full, how long things wait, what goes wrong. */
export const hostDashboard: DashboardPlan = {
  name: "host",
  title: "Host",
  description: "CPU, memory, disks, network and pressure of hosts, as the module host or node_exporter tell them.",
  targetMetric: "node_boot_time_seconds",
  rows: [
    {
      title: "Now",
      panels: [
        {
          title: "CPU busy",
          kind: "number",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: '1 - avg by (instance) (rate(node_cpu_seconds_total{$targets, mode="idle"}[$__rate_interval]))',
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Memory used",
          kind: "number",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: "1 - node_memory_MemAvailable_bytes{$targets} / node_memory_MemTotal_bytes{$targets}",
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Fullest file system",
          kind: "number",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: `max by (instance) (1 - node_filesystem_avail_bytes{$targets, ${onDisk}} / (node_filesystem_size_bytes{$targets, ${onDisk}} > 0))`,
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Load by CPU",
          description: "Above 1, processes wait for a CPU or a disk.",
          kind: "number",
          queries: [
            {
              expr: 'node_load1{$targets} / on (job, instance) count by (job, instance) (node_cpu_seconds_total{$targets, mode="idle"})',
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "File descriptors in use",
          kind: "number",
          unit: "ratio",
          max: 1,
          queries: [
            { expr: "node_filefd_allocated{$targets} / node_filefd_maximum{$targets}", legend: "{{instance}}" },
          ],
        },
        {
          title: "Up for",
          kind: "number",
          unit: "seconds",
          queries: [{ expr: "node_time_seconds{$targets} - node_boot_time_seconds{$targets}", legend: "{{instance}}" }],
        },
      ],
    },
    {
      title: "CPU",
      panels: [
        {
          title: "CPU by mode",
          description: "Of all CPUs, without idle. Much steal: the hypervisor gives the time to others.",
          unit: "ratio",
          isStacked: true,
          queries: [
            {
              expr: 'sum by (instance, mode) (rate(node_cpu_seconds_total{$targets, mode!="idle"}[$__rate_interval])) / on (instance) group_left () count by (instance) (node_cpu_seconds_total{$targets, mode="idle"})',
              legend: "{{instance}} {{mode}}",
            },
          ],
        },
        {
          title: "Load",
          description: "Processes that run or wait for a CPU or a disk, and how many CPUs there are.",
          queries: [
            { expr: "node_load1{$targets}", legend: "{{instance}} 1 min" },
            { expr: "node_load5{$targets}", legend: "{{instance}} 5 min" },
            { expr: "node_load15{$targets}", legend: "{{instance}} 15 min" },
            {
              expr: 'count by (instance) (node_cpu_seconds_total{$targets, mode="idle"})',
              legend: "{{instance}} CPUs",
            },
          ],
        },
        {
          title: "System usage",
          description:
            "CPU over the last 5 to 10 seconds, and memory that is not available, inside a container its own.",
          unit: "percent",
          max: 100,
          queries: [{ expr: "system_usage{$targets}", legend: "{{instance}} {{resource_type}}" }],
        },
        {
          title: "Context switches and interrupts",
          unit: "count/second",
          queries: [
            {
              expr: "rate(node_context_switches_total{$targets}[$__rate_interval])",
              legend: "{{instance}} context switches",
            },
            { expr: "rate(node_intr_total{$targets}[$__rate_interval])", legend: "{{instance}} interrupts" },
          ],
        },
      ],
    },
    {
      title: "Pressure",
      panels: [
        {
          title: "Waiting",
          description:
            "Share of time in which some process waited for the resource. Lasting values above 0.2 are felt.",
          unit: "ratio",
          queries: ["cpu", "memory", "io"].map((resource) => ({
            expr: `rate(node_pressure_${resource}_waiting_seconds_total{$targets}[$__rate_interval])`,
            legend: `{{instance}} ${resource}`,
          })),
        },
        {
          title: "Stalled",
          description: "Share of time in which every process that had work waited for the resource.",
          unit: "ratio",
          queries: ["memory", "io"].map((resource) => ({
            expr: `rate(node_pressure_${resource}_stalled_seconds_total{$targets}[$__rate_interval])`,
            legend: `{{instance}} ${resource}`,
          })),
        },
      ],
    },
    {
      title: "Memory",
      panels: [
        {
          title: "Memory",
          description: "What applications hold, what the kernel can take back, and what nobody uses.",
          unit: "bytes",
          isStacked: true,
          queries: [
            {
              expr: "node_memory_MemTotal_bytes{$targets} - node_memory_MemAvailable_bytes{$targets}",
              legend: "{{instance}} used",
            },
            {
              expr: "node_memory_MemAvailable_bytes{$targets} - node_memory_MemFree_bytes{$targets}",
              legend: "{{instance}} reclaimable",
            },
            { expr: "node_memory_MemFree_bytes{$targets}", legend: "{{instance}} free" },
          ],
        },
        {
          title: "Swap",
          unit: "bytes",
          queries: [
            {
              expr: "node_memory_SwapTotal_bytes{$targets} - node_memory_SwapFree_bytes{$targets}",
              legend: "{{instance}} used",
            },
            { expr: "node_memory_SwapTotal_bytes{$targets}", legend: "{{instance}} total" },
          ],
        },
        {
          title: "Swapping",
          description: "Pages read from and written to swap. Lasting reads mean that memory is too small.",
          unit: "count/second",
          queries: [
            { expr: "rate(node_vmstat_pswpin{$targets}[$__rate_interval])", legend: "{{instance}} in" },
            { expr: "rate(node_vmstat_pswpout{$targets}[$__rate_interval])", legend: "{{instance}} out" },
          ],
        },
        {
          title: "Page faults from disk, processes killed",
          unit: "count/second",
          queries: [
            { expr: "rate(node_vmstat_pgmajfault{$targets}[$__rate_interval])", legend: "{{instance}} major faults" },
            { expr: "rate(node_vmstat_oom_kill{$targets}[$__rate_interval])", legend: "{{instance}} killed" },
          ],
        },
      ],
    },
    {
      title: "Disks",
      panels: [
        {
          title: "Space used",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: `1 - node_filesystem_avail_bytes{$targets, ${onDisk}} / (node_filesystem_size_bytes{$targets, ${onDisk}} > 0)`,
              legend: "{{instance}} {{mountpoint}}",
            },
          ],
        },
        {
          title: "Inodes used",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: `1 - node_filesystem_files_free{$targets, ${onDisk}} / (node_filesystem_files{$targets, ${onDisk}} > 0)`,
              legend: "{{instance}} {{mountpoint}}",
            },
          ],
        },
        {
          title: "Read and written",
          unit: "bytes/second",
          queries: [
            {
              expr: "rate(node_disk_read_bytes_total{$targets}[$__rate_interval])",
              legend: "{{instance}} {{device}} read",
            },
            {
              expr: "rate(node_disk_written_bytes_total{$targets}[$__rate_interval])",
              legend: "{{instance}} {{device}} written",
            },
          ],
        },
        {
          title: "Operations",
          unit: "count/second",
          queries: [
            {
              expr: "rate(node_disk_reads_completed_total{$targets}[$__rate_interval])",
              legend: "{{instance}} {{device}} reads",
            },
            {
              expr: "rate(node_disk_writes_completed_total{$targets}[$__rate_interval])",
              legend: "{{instance}} {{device}} writes",
            },
          ],
        },
        {
          title: "Busy",
          description:
            "Share of time in which the device had something to do. Those that work in parallel can take more.",
          unit: "ratio",
          queries: [
            {
              expr: "rate(node_disk_io_time_seconds_total{$targets}[$__rate_interval])",
              legend: "{{instance}} {{device}}",
            },
          ],
        },
        {
          title: "Time of an operation",
          unit: "seconds",
          queries: [
            {
              expr: "rate(node_disk_read_time_seconds_total{$targets}[$__rate_interval]) / (rate(node_disk_reads_completed_total{$targets}[$__rate_interval]) > 0)",
              legend: "{{instance}} {{device}} read",
            },
            {
              expr: "rate(node_disk_write_time_seconds_total{$targets}[$__rate_interval]) / (rate(node_disk_writes_completed_total{$targets}[$__rate_interval]) > 0)",
              legend: "{{instance}} {{device}} write",
            },
          ],
        },
      ],
    },
    {
      title: "Network",
      panels: [
        {
          title: "Received",
          unit: "bytes/second",
          queries: [
            {
              expr: 'rate(node_network_receive_bytes_total{$targets, device!="lo"}[$__rate_interval])',
              legend: "{{instance}} {{device}}",
            },
          ],
        },
        {
          title: "Sent",
          unit: "bytes/second",
          queries: [
            {
              expr: 'rate(node_network_transmit_bytes_total{$targets, device!="lo"}[$__rate_interval])',
              legend: "{{instance}} {{device}}",
            },
          ],
        },
        {
          title: "Errors and drops",
          unit: "count/second",
          queries: ["receive_errs", "receive_drop", "transmit_errs", "transmit_drop"].map((kind) => ({
            expr: `sum by (instance) (rate(node_network_${kind}_total{$targets}[$__rate_interval]))`,
            legend: `{{instance}} ${kind.replace("_errs", " errors").replace("_drop", " drops")}`,
          })),
        },
        {
          title: "TCP connections",
          queries: [
            { expr: "node_netstat_Tcp_CurrEstab{$targets}", legend: "{{instance}} established" },
            { expr: "node_sockstat_TCP_tw{$targets}", legend: "{{instance}} time wait" },
          ],
        },
      ],
    },
    {
      title: "Limits",
      panels: [
        {
          title: "File descriptors",
          queries: [{ expr: "node_filefd_allocated{$targets}", legend: "{{instance}}" }],
        },
        {
          title: "Processes",
          queries: [
            { expr: "node_procs_running{$targets}", legend: "{{instance}} running" },
            { expr: "node_procs_blocked{$targets}", legend: "{{instance}} blocked" },
          ],
        },
        {
          title: "Temperatures",
          unit: "celsius",
          queries: [{ expr: "node_hwmon_temp_celsius{$targets}", legend: "{{instance}} {{chip}} {{sensor}}" }],
        },
        {
          title: "Clock, against that of Prometheus",
          description: "A scrape's own delay is part of it.",
          unit: "seconds",
          queries: [
            { expr: "node_time_seconds{$targets} - timestamp(node_time_seconds{$targets})", legend: "{{instance}}" },
          ],
        },
      ],
    },
  ],
};
