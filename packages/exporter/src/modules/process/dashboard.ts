import type { DashboardPlan } from "../../dashboard/dashboard-plan.ts";

/** What each group of processes takes of the machine, and what state it is in. */
export const processDashboard: DashboardPlan = {
  name: "process",
  title: "Processes",
  description: "Groups of processes, as the module process or process-exporter tell them.",
  targetMetric: "namedprocess_scrape_errors",
  variables: [
    { name: "group", title: "Group", metric: "namedprocess_namegroup_num_procs{$targets}", label: "groupname" },
  ],
  rows: [
    {
      title: "CPU",
      panels: [
        {
          title: "CPU",
          description: "CPUs that a group keeps busy.",
          unit: "cores",
          isStacked: true,
          queries: [{ expr: `sum by (groupname) (${rate("cpu_seconds_total")})`, legend: "{{groupname}}" }],
        },
        {
          title: "CPU by mode",
          unit: "cores",
          queries: [
            { expr: `sum by (groupname, mode) (${rate("cpu_seconds_total")})`, legend: "{{groupname}} {{mode}}" },
          ],
        },
        {
          title: "Context switches",
          description: "Nonvoluntary ones mean that there are not enough CPUs.",
          unit: "count/second",
          queries: [
            {
              expr: `sum by (groupname, ctxswitchtype) (${rate("context_switches_total")})`,
              legend: "{{groupname}} {{ctxswitchtype}}",
            },
          ],
        },
      ],
    },
    {
      title: "Memory",
      panels: [
        {
          title: "Resident",
          description: "Memory that processes share counts for each of them.",
          unit: "bytes",
          isStacked: true,
          queries: [
            { expr: `sum by (groupname) (${of("memory_bytes", 'memtype="resident"')})`, legend: "{{groupname}}" },
          ],
        },
        {
          title: "Proportional",
          description: "Memory that processes share is divided among them, so that groups add up. It needs smaps.",
          unit: "bytes",
          isStacked: true,
          queries: [
            {
              expr: `sum by (groupname) (${of("memory_bytes", 'memtype="proportionalResident"')})`,
              legend: "{{groupname}}",
            },
          ],
        },
        {
          title: "Swapped",
          unit: "bytes",
          queries: [
            { expr: `sum by (groupname) (${of("memory_bytes", 'memtype="swapped"')})`, legend: "{{groupname}}" },
          ],
        },
        {
          title: "Page faults from disk",
          unit: "count/second",
          queries: [{ expr: `sum by (groupname) (${rate("major_page_faults_total")})`, legend: "{{groupname}}" }],
        },
      ],
    },
    {
      title: "Disks and files",
      panels: [
        {
          title: "Read",
          description: "From storage. Those of other users' processes take root or CAP_SYS_PTRACE.",
          unit: "bytes/second",
          queries: [{ expr: `sum by (groupname) (${rate("read_bytes_total")})`, legend: "{{groupname}}" }],
        },
        {
          title: "Written",
          unit: "bytes/second",
          queries: [{ expr: `sum by (groupname) (${rate("write_bytes_total")})`, legend: "{{groupname}}" }],
        },
        {
          title: "Open files",
          queries: [{ expr: `sum by (groupname) (${of("open_filedesc")})`, legend: "{{groupname}}" }],
        },
        {
          title: "Nearest to the limit of open files",
          description: "Of the process that is nearest to its own.",
          unit: "ratio",
          max: 1,
          queries: [{ expr: `max by (groupname) (${of("worst_fd_ratio")})`, legend: "{{groupname}}" }],
        },
      ],
    },
    {
      title: "Processes and threads",
      panels: [
        {
          title: "Processes",
          queries: [{ expr: `sum by (groupname) (${of("num_procs")})`, legend: "{{groupname}}" }],
        },
        {
          title: "Threads",
          queries: [{ expr: `sum by (groupname) (${of("num_threads")})`, legend: "{{groupname}}" }],
        },
        {
          title: "States of threads",
          description: "Waiting threads wait for a disk; zombies for a parent that does not ask for their exit code.",
          queries: [
            {
              expr: `sum by (groupname, state) (${of("states", 'state!="Sleeping"')})`,
              legend: "{{groupname}} {{state}}",
            },
          ],
        },
        {
          title: "Age of the oldest process",
          unit: "seconds",
          queries: [
            { expr: `max by (groupname) (time() - ${of("oldest_start_time_seconds")})`, legend: "{{groupname}}" },
          ],
        },
      ],
    },
    {
      title: "The module itself",
      panels: [
        {
          title: "What could not be read",
          unit: "count/second",
          queries: ["errors", "procread_errors", "partial_errors"].map((kind) => ({
            expr: `rate(namedprocess_scrape_${kind}{$targets}[$__rate_interval])`,
            legend: `{{instance}} ${kind.replace("_", " ")}`,
          })),
        },
      ],
    },
  ],
};

function of(name: string, matcher?: string): string {
  const matchers = ["$targets", 'groupname=~"$group"', ...(matcher === undefined ? [] : [matcher])];
  return `namedprocess_namegroup_${name}{${matchers.join(", ")}}`;
}

function rate(name: string): string {
  return `rate(${of(name)}[$__rate_interval])`;
}
