import type { SummaryPlot } from "../summary.ts";

/** What an exporter shows of a web application's requests, by the names that the client library gives them. */
const webApplication: readonly SummaryPlot[] = [
  { title: "Requests", lines: [{ metric: "http_request_duration_seconds", label: "by the second" }] },
  {
    title: "Errors",
    unit: "ratio",
    lines: [
      {
        metric: "http_request_duration_seconds",
        where: { status: "5*" },
        label: "5xx",
        over: { metric: "http_request_duration_seconds" },
      },
    ],
  },
  {
    title: "Latency",
    unit: "seconds",
    lines: [
      { metric: "http_request_duration_seconds", quantile: 0.99, label: "p99" },
      { metric: "http_request_duration_seconds", quantile: 0.5, label: "p50" },
    ],
  },
];

/** What every exporter shows of its own process. */
const ownProcess: readonly SummaryPlot[] = [
  { title: "Process CPU", unit: "ratio", lines: [{ metric: "process_cpu_seconds_total", label: "of a core" }] },
  { title: "Process memory", lines: [{ metric: "process_resident_memory_bytes", label: "resident" }] },
];

/** The summary of an exporter that says nothing of its own. */
export const defaultSummary: readonly SummaryPlot[] = [...webApplication, ...ownProcess];
