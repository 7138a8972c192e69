import type { SummaryPlot } from "../../page/summary.ts";

/** What the live page shows of groups of processes on top. */
export const processSummary: readonly SummaryPlot[] = [
  {
    title: "Groups: CPU",
    unit: "ratio",
    lines: [{ metric: "namedprocess_namegroup_cpu_seconds_total", label: "of a core" }],
  },
  {
    title: "Groups: memory",
    unit: "bytes",
    lines: [{ metric: "namedprocess_namegroup_memory_bytes", where: { memtype: "resident" }, label: "resident" }],
  },
];
