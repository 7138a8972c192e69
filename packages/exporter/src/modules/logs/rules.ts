import type { RuleSet } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const exporter = { instance: "a:9999", job: "exporterkit" };
const access = { ...exporter, source: "access" };
const mail = { ...exporter, source: "mail" };

/** What is worth working out ahead of logs, and what somebody should be told of. */
export const logsRules: RuleSet = {
  name: "logs",
  groups: [
    {
      name: "exporterkit-logs",
      rules: [
        {
          record: "source:exporterkit_logs_unmatched_lines:ratio_rate5m",
          expr: "rate(exporterkit_logs_unmatched_lines_total[5m])\n/ (rate(exporterkit_logs_matched_lines_total[5m]) + rate(exporterkit_logs_unmatched_lines_total[5m]) > 0)",
        },
        {
          alert: "LogsNotRead",
          expr: 'increase(exporterkit_logs_errors_total{kind=~"open|read|connection"}[15m]) > 0',
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} cannot read all of {{ $labels.source }}",
          description:
            "About {{ $value | humanize }} attempts of the last 15 minutes failed, of the kind {{ $labels.kind }}.",
          runbook:
            "The exporter's log says why and names the file; see whether its user may read that, and all folders above.",
        },
        {
          alert: "LogsSilent",
          // Logs that have a line a minute or more, on average.
          expr: "increase(exporterkit_logs_lines_total[1h]) == 0\nand increase(exporterkit_logs_lines_total[1d] offset 1h) > 1440",
          severity: "warning",
          summary: "{{ $labels.source }} on {{ $labels.instance }} has no lines any more",
          description: "No line of {{ $labels.source }} has come in an hour, and there were many in the day before.",
          runbook:
            "See whether what writes it still runs, and whether it writes elsewhere since its last release or rotation.",
        },
        {
          alert: "LogsFormatChanged",
          // How many there always are depends on what the formats are to match.
          expr: "source:exporterkit_logs_unmatched_lines:ratio_rate5m\n> 0.1 + avg_over_time(source:exporterkit_logs_unmatched_lines:ratio_rate5m[1d] offset 1h)",
          for: "15m",
          severity: "warning",
          summary: "More lines of {{ $labels.source }} on {{ $labels.instance }} have no known format than before",
          description: "{{ $value | humanizePercentage }} of the lines are of no format of the configuration.",
          runbook: "The subcommand logs try prints some of them; add what is new to the format of the source.",
        },
        {
          alert: "LogsLinesDropped",
          expr: "increase(exporterkit_logs_dropped_lines_total[15m]) > 0",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} gives up lines of {{ $labels.source }}",
          description:
            "About {{ $value | humanize }} lines of the last 15 minutes were given up as {{ $labels.reason }}.",
          runbook:
            "Raise max_line_size for too_long, simplify the pattern for too_costly; for queue_full see who sends so much, for malformed what.",
        },
        {
          alert: "LogsLag",
          expr: "exporterkit_logs_lag_bytes > 16 * 1024 * 1024",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} does not keep up with {{ $labels.source }}",
          description: "{{ $value | humanize1024 }}B have been written and not been read.",
          runbook:
            "See whether the exporter has a CPU, and which pattern is costly; a literal in front makes it cheaper.",
        },
        {
          alert: "LogsSeriesLimit",
          expr: "increase(exporterkit_overflowed_lookups_total[15m]) > 0\nand on (job, instance) exporterkit_logs_lines_total",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.metric }} of {{ $labels.instance }} has as many series as it may",
          description:
            "In the last 15 minutes about {{ $value | humanize }} lines were counted in the series whose labels are all other.",
          runbook:
            "Find the label with too many values and give it a template or fewer replacements; or raise max_series.",
        },
        {
          alert: "LogsStateNotWritten",
          expr: "increase(exporterkit_logs_state_write_failures_total[15m]) > 0",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.instance }} cannot write down how far it has read",
          description:
            "About {{ $value | humanize }} attempts of the last 15 minutes failed; a restart would count lines twice.",
          runbook: "See whether the disk of state_file is full, and whether the exporter's user may write there.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "logs that cannot be read, are given up or come too fast, and others that are well",
      series: {
        [series("exporterkit_logs_errors_total", { ...access, kind: "open" })]: "0x10 0+2x50",
        [series("exporterkit_logs_errors_total", { ...mail, kind: "open" })]: "0x10 1x50",
        [series("exporterkit_logs_errors_total", { ...mail, kind: "value" })]: "0+1x60",
        [series("exporterkit_logs_dropped_lines_total", { ...access, reason: "too_long" })]: "0+4x60",
        [series("exporterkit_logs_dropped_lines_total", { ...access, reason: "malformed" })]: "0x60",
        [series("exporterkit_logs_lag_bytes", access)]: "33554432x60",
        [series("exporterkit_logs_lag_bytes", mail)]: "33554432x5 0x55",
        [series("exporterkit_logs_lines_total", access)]: "0+60x60",
        [series("exporterkit_overflowed_lookups_total", { ...exporter, metric: "requests" })]: "0+2x60",
        [series("exporterkit_overflowed_lookups_total", { instance: "b:8080", job: "web", metric: "requests" })]:
          "0+2x60",
        [series("exporterkit_logs_state_write_failures_total", exporter)]: "0x10 0+1x50",
      },
      alerts: [
        { alert: "LogsNotRead", at: "20m", firing: [] },
        { alert: "LogsNotRead", at: "60m", firing: [{ labels: { ...access, kind: "open" }, value: "30" }] },
        { alert: "LogsLinesDropped", at: "15m", firing: [] },
        { alert: "LogsLinesDropped", at: "60m", firing: [{ labels: { ...access, reason: "too_long" }, value: "60" }] },
        { alert: "LogsLag", at: "10m", firing: [] },
        { alert: "LogsLag", at: "30m", firing: [{ labels: access, value: "32Mi" }] },
        { alert: "LogsSeriesLimit", at: "15m", firing: [] },
        { alert: "LogsSeriesLimit", at: "60m", firing: [{ labels: { ...exporter, metric: "requests" }, value: "30" }] },
        { alert: "LogsStateNotWritten", at: "15m", firing: [] },
        { alert: "LogsStateNotWritten", at: "60m", firing: [{ labels: exporter, value: "15" }] },
        { alert: "LogsSilent", at: "60m", firing: [] },
      ],
    },
    {
      name: "logs that fall silent after a busy hour, and others that have hardly a line anyway",
      series: {
        [series("exporterkit_logs_lines_total", access)]: "0+60x60 3600x120",
        [series("exporterkit_logs_lines_total", mail)]: "0x30 1x150",
      },
      alerts: [
        { alert: "LogsSilent", at: "110m", firing: [] },
        { alert: "LogsSilent", at: "130m", firing: [{ labels: access }] },
      ],
    },
    {
      name: "a format that changes, and one that always matched half of the lines",
      series: {
        [series("exporterkit_logs_matched_lines_total", access)]: "0+100x120 12000+60x60",
        [series("exporterkit_logs_unmatched_lines_total", access)]: "0x120 0+40x60",
        [series("exporterkit_logs_matched_lines_total", mail)]: "0+50x180",
        [series("exporterkit_logs_unmatched_lines_total", mail)]: "0+50x180",
      },
      alerts: [
        { alert: "LogsFormatChanged", at: "120m", firing: [] },
        { alert: "LogsFormatChanged", at: "160m", firing: [{ labels: access, value: "40%" }] },
      ],
      values: [
        {
          expr: "source:exporterkit_logs_unmatched_lines:ratio_rate5m",
          at: "160m",
          samples: {
            [series("source:exporterkit_logs_unmatched_lines:ratio_rate5m", access)]: 0.4,
            [series("source:exporterkit_logs_unmatched_lines:ratio_rate5m", mail)]: 0.5,
          },
        },
      ],
    },
  ],
};
