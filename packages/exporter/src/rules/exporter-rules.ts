import type { RuleSet } from "./rule-set.ts";
import { series } from "./series.ts";

/**
 * What somebody should be told of exporters themselves. `job` is what `scrape-config` calls the job of this one, and what the
 * names of the jobs of its probes begin with.
 */
export function exporterRules(job: string): RuleSet {
  const own = { instance: "a:9999", job };
  const probed = { instance: "orders", job: `${job}-sql`, module: "sql" };
  const jobs = `job=~"${job}(-.+)?"`;
  return {
    name: "exporter",
    groups: [
      {
        name: "exporterkit-exporter",
        rules: [
          {
            alert: "ExporterDown",
            expr: `up{${jobs}} == 0`,
            for: "5m",
            severity: "critical",
            summary: "Prometheus gets no metrics of {{ $labels.instance }}",
            description: "The exporter of the job {{ $labels.job }} is down, or Prometheus is not let in.",
            runbook: "The page /targets of Prometheus says why; then see whether the exporter runs, and its log.",
          },
          {
            alert: "ExporterRestarts",
            expr: `changes(process_start_time_seconds{${jobs}}[30m]) > 3`,
            severity: "warning",
            summary: "The exporter {{ $labels.instance }} does not stay up",
            description: "It has started {{ $value | humanize }} times in the last half hour.",
            runbook: "See its log before each start, and whether it is killed for lack of memory.",
          },
          {
            alert: "ExporterCollectorFails",
            expr: "exporterkit_collector_success == 0",
            for: "15m",
            severity: "warning",
            summary: "{{ $labels.instance }} lacks metrics of {{ $labels.collector }}",
            description:
              "The collector {{ $labels.collector }} has not succeeded in any scrape of the last 15 minutes.",
            runbook: "The exporter's log says why, once; or run its subcommand try with the same configuration.",
          },
          {
            alert: "ExporterCollectorLate",
            expr: "increase(exporterkit_collector_timeouts_total[15m]) > 3",
            severity: "warning",
            summary: "{{ $labels.collector }} of {{ $labels.instance }} is often not done in time",
            description: "About {{ $value | humanize }} scrapes of the last 15 minutes had to go without it.",
            runbook: "See why its source is slow; raise scrape_timeout in Prometheus, if it may be.",
          },
          {
            alert: "ExporterConfigNotUsed",
            expr: "exporterkit_config_last_reload_successful == 0",
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.instance }} could not reload its configuration",
            description: "The configuration before goes on; a restart would fail.",
            runbook: "The subcommand check tells what is wrong with the file, and where.",
          },
          {
            alert: "ExporterScrapesRefused",
            expr: 'increase(exporterkit_scrapes_total{status="503"}[15m]) > 0',
            for: "15m",
            severity: "warning",
            summary: "{{ $labels.instance }} is scraped more often than it can answer",
            description: "About {{ $value | humanize }} scrapes of the last 15 minutes were refused.",
            runbook: "See who scrapes it, and whether a collector hangs; raise web.max_scrapes if all of them may.",
          },
          {
            alert: "ExporterProbeFails",
            expr: `probe_success{${jobs}} == 0`,
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.instance }} cannot be probed",
            description: "The exporter answers, but its target of the job {{ $labels.job }} does not.",
            runbook: "The exporter's log says why, once.",
          },
        ],
      },
    ],
    tests: [
      {
        name: "an exporter that is down, and others that are not ours",
        series: {
          [series("up", own)]: "1x10 0x20",
          [series("up", { ...own, job: "others" })]: "0x30",
          [series("up", probed)]: "1x30",
          [series("probe_success", probed)]: "0x30",
        },
        alerts: [
          { alert: "ExporterDown", at: "10m", firing: [] },
          { alert: "ExporterDown", at: "20m", firing: [{ labels: own }] },
          { alert: "ExporterProbeFails", at: "20m", firing: [{ labels: probed }] },
        ],
      },
      {
        name: "an exporter that is unwell",
        series: {
          [series("process_start_time_seconds", own)]: "0+100x40",
          [series("exporterkit_collector_success", { ...own, collector: "cpu" })]: "0x40",
          [series("exporterkit_collector_success", { ...own, collector: "loadavg" })]: "1x40",
          [series("exporterkit_collector_timeouts_total", { ...own, collector: "cpu" })]: "0+1x40",
          [series("exporterkit_collector_timeouts_total", { ...own, collector: "loadavg" })]: "0x40",
          [series("exporterkit_config_last_reload_successful", own)]: "1x10 0x30",
          [series("exporterkit_scrapes_total", { ...own, status: "503" })]: "0+1x40",
          [series("exporterkit_scrapes_total", { ...own, status: "200" })]: "0+4x40",
        },
        alerts: [
          { alert: "ExporterRestarts", at: "40m", firing: [{ labels: own, value: "30" }] },
          { alert: "ExporterCollectorFails", at: "10m", firing: [] },
          { alert: "ExporterCollectorFails", at: "40m", firing: [{ labels: { ...own, collector: "cpu" } }] },
          {
            alert: "ExporterCollectorLate",
            at: "40m",
            firing: [{ labels: { ...own, collector: "cpu" }, value: "15" }],
          },
          { alert: "ExporterConfigNotUsed", at: "12m", firing: [] },
          { alert: "ExporterConfigNotUsed", at: "20m", firing: [{ labels: own }] },
          { alert: "ExporterScrapesRefused", at: "40m", firing: [{ labels: { ...own, status: "503" }, value: "15" }] },
        ],
      },
    ],
  };
}
