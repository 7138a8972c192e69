import type { Dashboard } from "../../module.ts";

/** One query of a panel, and what its series are called. */
export type PanelQuery = readonly [expr: string, legend: string];

/** A panel: its title, the unit in Grafana's words, and its queries. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly PanelQuery[];
  /** Default: lines over time. */
  readonly kind?: "stat" | "timeseries" | undefined;
}

/** What a dashboard of one kind of target is made of. */
export interface DashboardPlan {
  readonly name: string;
  readonly title: string;
  /** The metric that every target has: what can be chosen are its labels. */
  readonly targetsOf: string;
  readonly panels: readonly Panel[];
}

const datasource = { type: "prometheus", uid: "${datasource}" } as const;
const width = 12;
const height = 8;

/** Which series a dashboard shows: in queries it stands behind the name of each metric. */
export const chosen = '{job=~"$job",target=~"$target"}';

/** A dashboard by its plan, two panels a row. */
export function dashboardOf({ name, title, targetsOf, panels }: DashboardPlan): Dashboard {
  return {
    name,
    model: {
      title,
      uid: `exporterkit-${name}`,
      tags: ["exporterkit"],
      schemaVersion: 39,
      timezone: "browser",
      refresh: "30s",
      time: { from: "now-1h", to: "now" },
      templating: { list: [source, variable("job", targetsOf), variable("target", targetsOf)] },
      panels: panels.map((panel, i) => panelModel(panel, i)),
    },
  };
}

const source = { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" } as const;

function variable(label: string, metric: string): Readonly<Record<string, unknown>> {
  const query = `label_values(${metric}, ${label})`;
  const all = { selected: true, text: "All", value: "$__all" };
  // All is also what has no such label, as targets that are probed.
  return {
    name: label,
    type: "query",
    datasource,
    query: { query, refId: label },
    definition: query,
    includeAll: true,
    allValue: ".*",
    multi: true,
    refresh: 2,
    current: all,
  };
}

function panelModel(
  { title, unit, queries, kind = "timeseries" }: Panel,
  i: number,
): Readonly<Record<string, unknown>> {
  return {
    id: i + 1,
    type: kind,
    title,
    datasource,
    gridPos: { x: (i % 2) * width, y: Math.floor(i / 2) * height, w: width, h: height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === "stat" ? { colorMode: "background" } : { legend: { showLegend: true }, tooltip: { mode: "multi" } },
    targets: queries.map(([expr, legendFormat], j) => ({
      refId: String.fromCodePoint(65 + j),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
