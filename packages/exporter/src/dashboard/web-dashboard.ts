import type { DashboardPlan } from "./dashboard-plan.ts";

const labels = '$targets, method=~"$method", route=~"$route"';
const quantiles = [0.5, 0.9, 0.99] as const;

/** A web application that `@exporterkit/client` measures: its requests, and the Node.js process below them. */
export const webDashboard: DashboardPlan = {
  name: "web",
  title: "Web application",
  description: "Requests, errors and latency, event loop, heap and garbage collection of Node.js applications.",
  targetMetric: "http_requests_in_flight",
  variables: [
    { name: "method", title: "Method", metric: "http_request_duration_seconds_count{$targets}" },
    { name: "route", title: "Route", metric: "http_request_duration_seconds_count{$targets}" },
  ],
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests",
          kind: "number",
          unit: "count/second",
          queries: [{ expr: `sum(${requestRate()})` }],
        },
        {
          title: "Errors",
          description: "Share of requests that were answered with 500 to 599.",
          kind: "number",
          unit: "ratio",
          queries: [{ expr: `(sum(${requestRate('status=~"5.."')}) or vector(0)) / sum(${requestRate()})` }],
        },
        {
          title: "99th percentile",
          kind: "number",
          unit: "seconds",
          queries: [{ expr: quantile(0.99) }],
        },
        {
          title: "In flight",
          kind: "number",
          queries: [{ expr: "sum(http_requests_in_flight{$targets})" }],
        },
        {
          title: "Instances",
          kind: "number",
          queries: [{ expr: "count(http_requests_in_flight{$targets})" }],
        },
        {
          title: "Requests by status",
          unit: "count/second",
          isStacked: true,
          queries: [{ expr: `sum by (status) (${requestRate()})`, legend: "{{status}}" }],
        },
        {
          title: "Requests by route",
          unit: "count/second",
          isStacked: true,
          queries: [{ expr: `sum by (method, route) (${requestRate()})`, legend: "{{method}} {{route}}" }],
        },
        {
          title: "Errors by route",
          description: "Share of the requests of a route that were answered with 500 to 599.",
          unit: "ratio",
          queries: [
            {
              expr: `sum by (method, route) (${requestRate('status=~"5.."')}) / sum by (method, route) (${requestRate()})`,
              legend: "{{method}} {{route}}",
            },
          ],
        },
        {
          title: "In flight",
          queries: [{ expr: "http_requests_in_flight{$targets}", legend: "{{instance}}" }],
        },
      ],
    },
    {
      title: "Latency",
      panels: [
        {
          title: "Latency",
          unit: "seconds",
          queries: [
            ...quantiles.map((q) => ({ expr: quantile(q), legend: `${q * 100} %` })),
            {
              expr: `sum(rate(http_request_duration_seconds_sum{${labels}}[$__rate_interval])) / sum(${requestRate()})`,
              legend: "mean",
            },
          ],
        },
        {
          title: "Latency by route, 99th percentile",
          unit: "seconds",
          queries: [{ expr: quantile(0.99, ["method", "route"]), legend: "{{method}} {{route}}" }],
        },
        {
          title: "Distribution of latency",
          kind: "heatmap",
          unit: "seconds",
          width: 24,
          queries: [
            {
              expr: `sum by (le) (rate(http_request_duration_seconds_bucket{${labels}}[$__rate_interval]))`,
              legend: "{{le}}",
            },
          ],
        },
      ],
    },
    {
      title: "Sizes, where requestSize and responseSize are on",
      panels: (["request", "response"] as const).map((which) => ({
        title: `Size of a ${which}`,
        unit: "bytes",
        queries: [
          ...quantiles.map((q) => ({
            expr: `histogram_quantile(${q}, sum by (le) (rate(http_${which}_size_bytes_bucket{${labels}}[$__rate_interval])))`,
            legend: `${q * 100} %`,
          })),
          {
            expr: `sum(rate(http_${which}_size_bytes_sum{${labels}}[$__rate_interval])) / sum(rate(http_${which}_size_bytes_count{${labels}}[$__rate_interval]))`,
            legend: "mean",
          },
        ],
      })),
    },
    {
      title: "Event loop",
      panels: [
        {
          title: "Delay",
          description: "How late timers are. While the event loop is blocked, no request goes on.",
          unit: "seconds",
          queries: ["p50", "p90", "p99", "max"].map((part) => ({
            expr: `max by (instance) (nodejs_eventloop_lag_${part}_seconds{$targets})`,
            legend: `{{instance}} ${part}`,
          })),
        },
        {
          title: "Utilization",
          description: "Share of time in which the event loop had work: the mean of what was observed.",
          unit: "ratio",
          max: 1,
          queries: [
            {
              expr: "rate(nodejs_eventloop_utilization_summary_sum{$targets}[$__rate_interval]) / rate(nodejs_eventloop_utilization_summary_count{$targets}[$__rate_interval])",
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "What is open",
          description: "What keeps the event loop alive: sockets, timers, requests. What only grows is a leak.",
          queries: [
            { expr: "sum by (instance, type) (nodejs_active_resources{$targets})", legend: "{{instance}} {{type}}" },
          ],
        },
      ],
    },
    {
      title: "Memory",
      panels: [
        {
          title: "Memory",
          unit: "bytes",
          queries: [
            { expr: "process_resident_memory_bytes{$targets}", legend: "{{instance}} resident" },
            { expr: "nodejs_heap_size_total_bytes{$targets}", legend: "{{instance}} heap" },
            { expr: "nodejs_heap_size_used_bytes{$targets}", legend: "{{instance}} heap used" },
            { expr: "nodejs_external_memory_bytes{$targets}", legend: "{{instance}} external" },
          ],
        },
        {
          title: "Heap used by space",
          unit: "bytes",
          isStacked: true,
          queries: [
            {
              expr: "sum by (space) (nodejs_heap_space_size_used_bytes{$targets})",
              legend: "{{space}}",
            },
          ],
        },
        {
          title: "Time in garbage collection",
          description:
            "Share of time. Lasting values above 0.1 mean that the heap is too small or too much is allocated.",
          unit: "ratio",
          queries: [
            {
              expr: "sum by (instance, kind) (rate(nodejs_gc_duration_seconds_sum{$targets}[$__rate_interval]))",
              legend: "{{instance}} {{kind}}",
            },
          ],
        },
        {
          title: "Garbage collections",
          unit: "count/second",
          queries: [
            {
              expr: "sum by (instance, kind) (rate(nodejs_gc_duration_seconds_count{$targets}[$__rate_interval]))",
              legend: "{{instance}} {{kind}}",
            },
          ],
        },
      ],
    },
    {
      title: "The process",
      panels: [
        {
          title: "CPU",
          unit: "cores",
          queries: [
            { expr: "rate(process_cpu_user_seconds_total{$targets}[$__rate_interval])", legend: "{{instance}} user" },
            {
              expr: "rate(process_cpu_system_seconds_total{$targets}[$__rate_interval])",
              legend: "{{instance}} system",
            },
          ],
        },
        {
          title: "Open file descriptors",
          queries: [
            { expr: "process_open_fds{$targets}", legend: "{{instance}} open" },
            { expr: "process_max_fds{$targets}", legend: "{{instance}} limit" },
          ],
        },
        {
          title: "Age",
          description: "Falls to 0 with each restart.",
          unit: "seconds",
          queries: [{ expr: "time() - process_start_time_seconds{$targets}", legend: "{{instance}}" }],
        },
        {
          title: "Versions of Node.js",
          kind: "table",
          queries: [{ expr: "count by (version) (nodejs_version_info{$targets})" }],
        },
      ],
    },
  ],
};

function requestRate(matcher?: string): string {
  const matchers = matcher === undefined ? labels : `${labels}, ${matcher}`;
  return `rate(http_request_duration_seconds_count{${matchers}}[$__rate_interval])`;
}

function quantile(q: number, by: readonly string[] = []): string {
  const grouping = ["le", ...by].join(", ");
  return `histogram_quantile(${q}, sum by (${grouping}) (rate(http_request_duration_seconds_bucket{${labels}}[$__rate_interval])))`;
}
