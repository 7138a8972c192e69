import type { Dashboard } from "../../module.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Queries, and what their series are called. */
  readonly targets: readonly (readonly [expr: string, legend: string])[];
}

const selector = '{job=~"$job",source=~"$source"}';
const rate = (metric: string, by: string): string => `sum by (${by}) (rate(${metric}${selector}[$__rate_interval]))`;

const panels: readonly Panel[] = [
  {
    title: "Lines",
    description: "Lines read, by source.",
    unit: "cps",
    targets: [[rate("exporterkit_logs_lines_total", "source"), "{{source}}"]],
  },
  {
    title: "Lines of no format",
    description:
      "Lines, or events of several, of which the configuration knows no format: a format has changed, or is not right yet.",
    unit: "cps",
    targets: [[rate("exporterkit_logs_unmatched_lines_total", "source"), "{{source}}"]],
  },
  {
    title: "Share of lines of a known format",
    description: "Of the lines, or events of several, of each source.",
    unit: "percentunit",
    targets: [
      [
        `${rate("exporterkit_logs_matched_lines_total", "source")} / (${rate("exporterkit_logs_matched_lines_total", "source")} + ${rate("exporterkit_logs_unmatched_lines_total", "source")})`,
        "{{source}}",
      ],
    ],
  },
  {
    title: "Lag",
    description: "Bytes that have been written and not been read yet.",
    unit: "bytes",
    targets: [[`sum by (source) (exporterkit_logs_lag_bytes${selector})`, "{{source}}"]],
  },
  {
    title: "Bytes read",
    description: "By source.",
    unit: "Bps",
    targets: [[rate("exporterkit_logs_read_bytes_total", "source"), "{{source}}"]],
  },
  {
    title: "Lines given up",
    description: "Lines that were too long, too long for a costly pattern, too many at once, or not of the protocol.",
    unit: "cps",
    targets: [[rate("exporterkit_logs_dropped_lines_total", "source, reason"), "{{source}} {{reason}}"]],
  },
  {
    title: "Errors",
    description: "What went wrong, by what.",
    unit: "cps",
    targets: [[rate("exporterkit_logs_errors_total", "source, kind"), "{{source}} {{kind}}"]],
  },
  {
    title: "Open files and rotations",
    description:
      "Files or connections that are open, and how often files were renamed, truncated or replaced in five minutes.",
    unit: "short",
    targets: [
      [`sum by (source) (exporterkit_logs_open_files${selector})`, "{{source}} open"],
      [`sum by (source) (increase(exporterkit_logs_rotations_total${selector}[5m]))`, "{{source}} rotated"],
    ],
  },
];

const datasource = { type: "prometheus", uid: "${datasource}" };

/** How the reading of logs goes. */
export const logsDashboard: Dashboard = {
  name: "logs",
  model: {
    title: "Logs",
    uid: "exporterkit-logs",
    tags: ["exporterkit"],
    schemaVersion: 39,
    editable: true,
    time: { from: "now-1h", to: "now" },
    refresh: "30s",
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
        variable("job", "Job", "label_values(exporterkit_logs_lines_total, job)"),
        variable("source", "Source", 'label_values(exporterkit_logs_lines_total{job=~"$job"}, source)'),
      ],
    },
    panels: panels.map(({ title, description, unit, targets }, index) => ({
      id: index + 1,
      type: "timeseries",
      title,
      description,
      datasource,
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: targets.map(([expr, legendFormat], position) => ({
        refId: String.fromCodePoint(0x41 + position),
        datasource,
        expr,
        legendFormat,
      })),
    })),
  },
};

function variable(name: string, label: string, query: string): Readonly<Record<string, unknown>> {
  return { name, label, type: "query", datasource, query, refresh: 2, multi: true, includeAll: true, allValue: ".*" };
}
