import type { SummaryPlot } from "../../page/summary.ts";

/** What the live page shows of the sources of the logs module on top. */
export const logsSummary: readonly SummaryPlot[] = [
  {
    title: "Log lines",
    lines: [
      { metric: "exporterkit_logs_lines_total", label: "read" },
      { metric: "exporterkit_logs_unmatched_lines_total", label: "of no format" },
      { metric: "exporterkit_logs_dropped_lines_total", label: "given up" },
    ],
  },
  {
    title: "Log lag",
    unit: "bytes",
    lines: [{ metric: "exporterkit_logs_lag_bytes", label: "not read yet" }],
  },
  {
    title: "Log errors",
    lines: [{ metric: "exporterkit_logs_errors_total", label: "by the second" }],
  },
];
