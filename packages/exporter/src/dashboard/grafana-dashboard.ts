import type { Dashboard } from "../module.ts";
import {
  type DashboardPanel,
  type DashboardPlan,
  type DashboardQuery,
  type DashboardVariable,
  dashboardUnits,
} from "./dashboard-plan.ts";

type PanelKind = NonNullable<DashboardPanel["kind"]>;

/** The columns of a dashboard. */
const columns = 24;
const rowHeight = 1;
const panelHeight = 8;
const numberHeight = 4;

const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/**
 * A dashboard as Grafana 10 and later import and provision it. The reader chooses the data source, jobs and instances above
 * the panels.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function grafanaDashboard(plan: DashboardPlan): Dashboard {
  const { name, title, description, targetMetric, variables = [] } = plan;
  const choices = [{ name: "instance", title: "Instance", metric: `${targetMetric}{job=~"$job"}` }, ...variables];
  return {
    name,
    model: {
      uid: `exporterkit-${name}`,
      title,
      description,
      tags: ["exporterkit", "prometheus"],
      editable: true,
      // The crosshair of one panel is shown in all.
      graphTooltip: 1,
      time: { from: "now-1h", to: "now" },
      refresh: "30s",
      // That of Grafana 10; a later one moves it up itself.
      schemaVersion: 39,
      templating: { list: [datasourceVariable, jobVariable(targetMetric), ...choices.map(queryVariable)] },
      annotations: {},
      panels: panelsOf(plan),
    },
  };
}

interface QueryVariable {
  readonly allValue: string;
  readonly [key: string]: unknown;
}

const datasourceVariable = { type: "datasource", name: "datasource", label: "Data source", query: "prometheus" };

/** All jobs are those that have the family: other jobs have a `process_cpu_seconds_total` too. */
function jobVariable(metric: string): object {
  const { allValue: _, ...variable } = queryVariable({ name: "job", title: "Job", metric });
  return variable;
}

function queryVariable({ name, title, metric, label = name }: DashboardVariable): QueryVariable {
  return {
    type: "query",
    name,
    label: title,
    datasource,
    query: { query: `label_values(${withTargets(metric)}, ${label})`, refId: name },
    // Once the time range changes: what ran yesterday is among the choices of yesterday.
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
  };
}

/** The rows and their panels, placed from left to right and from the top down. */
function panelsOf({ rows }: DashboardPlan): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: rowHeight },
      id: placed.length + 1,
      panels: [],
    });
    y += rowHeight;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      const isNumber = panel.kind === "number";
      const { width: w = isNumber ? 4 : 12 } = panel;
      const h = isNumber ? numberHeight : panelHeight;
      if (x + w > columns) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      placed.push({ ...panelModel(panel), gridPos: { x, y, w, h }, id: placed.length + 1 });
      x += w;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return placed;
}

function panelModel(panel: DashboardPanel): object {
  const { title, description, kind = "lines", queries } = panel;
  return {
    ...visualizations[kind](panel),
    title,
    ...(description !== undefined && { description }),
    datasource,
    targets: queries.map((query, i) => target(query, i, kind)),
  };
}

function target(
  { expr, legend = "__auto" }: DashboardQuery,
  i: number,
  kind: Required<DashboardPanel>["kind"],
): object {
  return {
    datasource,
    refId: String.fromCharCode(65 + i),
    expr: withTargets(expr),
    legendFormat: legend,
    ...(kind === "table" ? { instant: true, format: "table" } : { range: true }),
    ...(kind === "heatmap" && { format: "heatmap" }),
  };
}

function withTargets(expr: string): string {
  return expr.replaceAll("$targets", 'job=~"$job", instance=~"$instance"');
}

const visualizations = {
  lines: ({ unit = "count", max, isStacked = false }: DashboardPanel) => ({
    type: "timeseries",
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    fieldConfig: {
      defaults: {
        unit: dashboardUnits[unit],
        ...(max !== undefined && { max }),
        custom: {
          axisSoftMin: 0,
          drawStyle: "line",
          lineWidth: 1,
          fillOpacity: isStacked ? 30 : 8,
          showPoints: "never",
          stacking: { mode: isStacked ? "normal" : "none", group: "A" },
        },
      },
      overrides: [],
    },
  }),
  number: ({ unit = "count", max }: DashboardPanel) => ({
    type: "stat",
    options: {
      graphMode: "area",
      colorMode: "none",
      justifyMode: "auto",
      textMode: "auto",
      wideLayout: true,
      showPercentChange: false,
      orientation: "auto",
      reduceOptions: { values: false, calcs: ["lastNotNull"], fields: "" },
    },
    fieldConfig: {
      defaults: { unit: dashboardUnits[unit], ...(max !== undefined && { min: 0, max }) },
      overrides: [],
    },
  }),
  heatmap: ({ unit = "count" }: DashboardPanel) => ({
    type: "heatmap",
    options: {
      calculate: false,
      color: {
        mode: "scheme",
        scheme: "Viridis",
        fill: "dark-orange",
        scale: "exponential",
        exponent: 0.5,
        steps: 64,
        reverse: false,
      },
      cellGap: 1,
      showValue: "never",
      yAxis: { unit: dashboardUnits[unit] },
      legend: { show: true },
      tooltip: { mode: "single", yHistogram: true },
      exemplars: { color: "rgba(255,0,255,0.7)" },
      filterValues: { le: 1e-9 },
    },
    fieldConfig: { defaults: {}, overrides: [] },
  }),
  table: () => ({
    type: "table",
    options: { frameIndex: 0, showHeader: true },
    fieldConfig: { defaults: { custom: { align: "auto", filterable: true } }, overrides: [] },
    // The time is that of the question.
    transformations: [{ id: "organize", options: { excludeByName: { Time: true } } }],
  }),
} satisfies Record<PanelKind, (panel: DashboardPanel) => object>;
