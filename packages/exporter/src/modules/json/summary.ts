import type { SummaryPlot } from "../../page/summary.ts";

/** What the live page shows of the targets of the json module on top. */
export const jsonSummary: readonly SummaryPlot[] = [
  {
    title: "JSON targets: up",
    unit: "ratio",
    lines: [{ metric: "json_target_up", combine: "average", label: "of them" }],
  },
  {
    title: "JSON requests",
    unit: "seconds",
    lines: [
      { metric: "json_request_duration_seconds", combine: "max", label: "slowest" },
      { metric: "json_request_duration_seconds", combine: "average", label: "mean" },
    ],
  },
  {
    title: "JSON metrics that failed",
    lines: [{ metric: "json_target_failed_metrics", label: "now" }],
  },
];
