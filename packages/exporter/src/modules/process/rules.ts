import type { RuleSet } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const group = { groupname: "nginx", instance: "a:9999", job: "host" };
const brief = { ...group, groupname: "cron job" };

/** What is worth working out ahead of groups of processes, and what somebody should be told of. */
export const processRules: RuleSet = {
  name: "process",
  groups: [
    {
      name: "exporterkit-process",
      rules: [
        {
          record: "groupname:namedprocess_namegroup_cpu_seconds:rate5m",
          expr: "sum without (mode) (rate(namedprocess_namegroup_cpu_seconds_total[5m]))",
        },
        {
          alert: "ProcessGroupGone",
          // Groups that come and go are not waited for; one that stays away is no news after some hours.
          expr: "namedprocess_namegroup_num_procs == 0\nand quantile_over_time(0.1, namedprocess_namegroup_num_procs[1d]) > 0",
          for: "5m",
          severity: "critical",
          summary: "No {{ $labels.groupname }} runs on {{ $labels.instance }}",
          description:
            "Processes of the group {{ $labels.groupname }} ran nearly all of the last day, and none does now.",
          runbook: "See why they ended, in their log or that of systemd, and start them.",
        },
        {
          alert: "ProcessFileDescriptorsRunOut",
          expr: "namedprocess_namegroup_worst_fd_ratio > 0.8",
          for: "10m",
          severity: "warning",
          summary: "{{ $labels.groupname }} on {{ $labels.instance }} runs out of file descriptors",
          description: "A process of {{ $labels.groupname }} has used {{ $value | humanizePercentage }} of its own.",
          runbook: "See with lsof what it has open; raise its limit, LimitNOFILE of systemd, if that is right.",
        },
        {
          alert: "ProcessZombies",
          expr: 'namedprocess_namegroup_states{state="Zombie"} > 10',
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.groupname }} on {{ $labels.instance }} leaves zombies",
          description:
            "{{ $value | humanize }} processes have ended, and their parent does not ask for their exit code.",
          runbook: "Find the parent, with ps -o ppid= of one of them, and restart it; in a container, give it an init.",
        },
        {
          alert: "ProcessStuckInTheKernel",
          expr: 'min_over_time(namedprocess_namegroup_states{state="Waiting"}[15m]) > 0',
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.groupname }} on {{ $labels.instance }} waits for a disk all the time",
          description:
            "For half an hour at least {{ $value | humanize }} of its threads waited and could not be ended.",
          runbook: "The metric threads_wchan tells where; look into the kernel's log, and at network file systems.",
        },
        {
          alert: "ProcessesNotRead",
          expr: "increase(namedprocess_scrape_errors[15m]) > 0",
          for: "15m",
          severity: "warning",
          summary: "The processes of {{ $labels.instance }} cannot be listed",
          description: "About {{ $value | humanize }} scrapes of the last 15 minutes could not read procfs.",
          runbook: "See the exporter's log; procfs may be mounted elsewhere, or hidden by hidepid.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "a group that always ran and is gone is told of, one that comes and goes is not",
      series: {
        [series("namedprocess_namegroup_num_procs", group)]: "3x600 0x300",
        [series("namedprocess_namegroup_num_procs", brief)]: "1x1 0x8 1x1 0x8 1x1 0x900",
      },
      alerts: [
        { alert: "ProcessGroupGone", at: "600m", firing: [] },
        { alert: "ProcessGroupGone", at: "610m", firing: [{ labels: group }] },
        { alert: "ProcessGroupGone", at: "800m", firing: [] },
      ],
    },
    {
      name: "a group that is unwell",
      series: {
        [series("namedprocess_namegroup_worst_fd_ratio", group)]: "0.9x60",
        [series("namedprocess_namegroup_states", { ...group, state: "Zombie" })]: "0x20 12x40",
        [series("namedprocess_namegroup_states", { ...group, state: "Waiting" })]: "2x60",
        [series("namedprocess_namegroup_states", { ...brief, state: "Waiting" })]: "2x4 0x1 2x4 0x1 2x50",
        [series("namedprocess_scrape_errors", { instance: "a:9999", job: "host" })]: "0+1x60",
        [series("namedprocess_namegroup_cpu_seconds_total", { ...group, mode: "user" })]: "0+30x60",
        [series("namedprocess_namegroup_cpu_seconds_total", { ...group, mode: "system" })]: "0+60x60",
      },
      alerts: [
        { alert: "ProcessFileDescriptorsRunOut", at: "5m", firing: [] },
        { alert: "ProcessFileDescriptorsRunOut", at: "30m", firing: [{ labels: group, value: "90%" }] },
        { alert: "ProcessZombies", at: "30m", firing: [] },
        { alert: "ProcessZombies", at: "40m", firing: [{ labels: { ...group, state: "Zombie" }, value: "12" }] },
        {
          alert: "ProcessStuckInTheKernel",
          at: "20m",
          firing: [{ labels: { ...group, state: "Waiting" }, value: "2" }],
        },
        {
          alert: "ProcessesNotRead",
          at: "40m",
          firing: [{ labels: { instance: "a:9999", job: "host" }, value: "15" }],
        },
      ],
      values: [
        {
          expr: "groupname:namedprocess_namegroup_cpu_seconds:rate5m",
          at: "30m",
          samples: { [series("groupname:namedprocess_namegroup_cpu_seconds:rate5m", group)]: 1.5 },
        },
      ],
    },
  ],
};
