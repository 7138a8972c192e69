import type { DashboardPlan } from "./dashboard-plan.ts";

/** How exporters of ours fare themselves: what they collect, how long it takes, what they cost. */
export const exporterDashboard: DashboardPlan = {
  name: "exporter",
  title: "Exporters",
  description: "Collectors, scrapes and resources of exporters that are made with ExporterKit.",
  targetMetric: "exporterkit_build_info",
  variables: [{ name: "collector", title: "Collector", metric: "exporterkit_collector_success{$targets}" }],
  rows: [
    {
      title: "Now",
      panels: [
        {
          title: "Exporters up",
          kind: "number",
          queries: [{ expr: "sum(up{$targets} * on (job, instance) group_left () exporterkit_build_info)" }],
        },
        {
          title: "Collectors that fail",
          kind: "number",
          queries: [{ expr: "sum(1 - exporterkit_collector_success{$targets})" }],
        },
        {
          title: "Configuration in use",
          description: "No: the last one that was loaded is wrong, and the one before goes on.",
          kind: "number",
          unit: "yesNo",
          queries: [{ expr: "min(exporterkit_config_last_reload_successful{$targets})" }],
        },
        {
          title: "Configuration loaded",
          description: "How long ago.",
          kind: "number",
          unit: "seconds",
          queries: [{ expr: "time() - max(exporterkit_config_last_reload_success_timestamp_seconds{$targets})" }],
        },
        {
          title: "Versions",
          kind: "table",
          width: 8,
          queries: [{ expr: "count by (version, node_version) (exporterkit_build_info{$targets})" }],
        },
      ],
    },
    {
      title: "Collectors",
      panels: [
        {
          title: "Success",
          description: "1 where the collector succeeded in a scrape.",
          max: 1,
          queries: [
            {
              expr: `min by (instance, collector) (${of("success")})`,
              legend: "{{instance}} {{collector}}",
            },
          ],
        },
        {
          title: "Time of the slowest",
          description: "They run at once; the slowest decides how long a scrape takes.",
          unit: "seconds",
          queries: [{ expr: `topk(10, ${of("duration_seconds")})`, legend: "{{instance}} {{collector}}" }],
        },
        {
          title: "Timeouts",
          description: "Scrapes in which a collector was not done in time.",
          unit: "count/second",
          queries: [
            {
              expr: `sum by (instance, collector) (rate(${of("timeouts_total")}[$__rate_interval]))`,
              legend: "{{instance}} {{collector}}",
            },
          ],
        },
        {
          title: "Samples of a scrape",
          queries: [{ expr: "scrape_samples_scraped{$targets}", legend: "{{instance}}" }],
        },
      ],
    },
    {
      title: "Scrapes",
      panels: [
        {
          title: "Scrapes by answer",
          description: "500: every collector failed. 503: more at a time than web.max_scrapes allows.",
          unit: "count/second",
          queries: [
            {
              expr: "sum by (instance, status) (rate(exporterkit_scrapes_total{$targets}[$__rate_interval]))",
              legend: "{{instance}} {{status}}",
            },
          ],
        },
        {
          title: "Scrapes in flight",
          queries: [{ expr: "exporterkit_scrapes_in_flight{$targets}", legend: "{{instance}}" }],
        },
        {
          title: "Time of a scrape, as Prometheus sees it",
          unit: "seconds",
          queries: [{ expr: "scrape_duration_seconds{$targets}", legend: "{{instance}}" }],
        },
      ],
    },
    {
      title: "The process",
      panels: [
        {
          title: "CPU",
          unit: "cores",
          queries: [{ expr: "rate(process_cpu_seconds_total{$targets}[$__rate_interval])", legend: "{{instance}}" }],
        },
        {
          title: "Memory",
          unit: "bytes",
          queries: [{ expr: "process_resident_memory_bytes{$targets}", legend: "{{instance}}" }],
        },
        {
          title: "Event loop, longest delay",
          unit: "seconds",
          queries: [{ expr: "nodejs_eventloop_lag_max_seconds{$targets}", legend: "{{instance}}" }],
        },
        {
          title: "Open file descriptors",
          queries: [{ expr: "process_open_fds{$targets}", legend: "{{instance}}" }],
        },
      ],
    },
  ],
};

function of(name: string): string {
  return `exporterkit_collector_${name}{$targets, collector=~"$collector"}`;
}
