import type { Dashboard } from "../../module.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly type: "timeseries" | "state-timeline";
  readonly unit: string;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
}

const byTarget = "{{instance}} {{target}}";
const selector = 'job=~"$job",target=~"$target"';

const panels: readonly Panel[] = [
  {
    title: "Targets that are up",
    description: "Whether every request was answered with a document that can be read.",
    type: "state-timeline",
    unit: "bool_yes_no",
    queries: [{ expr: `json_target_up{${selector}}`, legend: byTarget }],
  },
  {
    title: "Metrics that could not be made",
    description: "The log of the exporter says why.",
    type: "timeseries",
    unit: "none",
    queries: [{ expr: `json_target_failed_metrics{${selector}}`, legend: byTarget }],
  },
  {
    title: "Time of requests",
    description: "All pages of a request included.",
    type: "timeseries",
    unit: "s",
    queries: [{ expr: `json_request_duration_seconds{${selector}}`, legend: `${byTarget} {{request}}` }],
  },
  {
    title: "Status codes",
    description: "Of the last answer to each request.",
    type: "timeseries",
    unit: "none",
    queries: [{ expr: `json_response_status_code{${selector}}`, legend: `${byTarget} {{request}}` }],
  },
];

/** A dashboard of the targets of the json module. */
export const jsonDashboard: Dashboard = {
  name: "json",
  model: {
    title: "JSON targets",
    uid: "exporterkit-json",
    tags: ["exporterkit"],
    timezone: "browser",
    schemaVersion: 39,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [
        {
          name: "datasource",
          label: "Data source",
          type: "datasource",
          query: "prometheus",
        },
        variable("job", "Job", "label_values(json_target_up, job)"),
        variable("target", "Target", 'label_values(json_target_up{job=~"$job"}, target)'),
      ],
    },
    panels: panels.map((panel, i) => panelModel(panel, i)),
  },
};

function variable(name: string, label: string, query: string): object {
  return {
    name,
    label,
    type: "query",
    datasource: { type: "prometheus", uid: "${datasource}" },
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    current: { text: "All", value: "$__all" },
  };
}

function panelModel({ title, description, type, unit, queries }: Panel, i: number): object {
  return {
    id: i + 1,
    title,
    description,
    type,
    datasource: { type: "prometheus", uid: "${datasource}" },
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 9, w: 12, h: 9 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, j) => ({
      refId: String.fromCodePoint(65 + j),
      expr,
      legendFormat: legend,
    })),
  };
}
