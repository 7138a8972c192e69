import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { expect, it } from "vitest";
import { type DashboardPanel, type DashboardPlan, dashboardUnits } from "./dashboard-plan.ts";
import { grafanaDashboard } from "./grafana-dashboard.ts";

const plan: DashboardPlan = {
  name: "rooms",
  title: "Rooms",
  description: "Temperatures of rooms.",
  targetMetric: "room_up",
  variables: [{ name: "room", title: "Room", metric: "room_celsius{$targets}" }],
  rows: [
    {
      title: "Overview",
      panels: [
        { title: "Rooms", kind: "number", queries: [{ expr: "sum(room_up{$targets})" }] },
        {
          title: "Temperature",
          description: "Of the air.",
          unit: "celsius",
          isStacked: true,
          max: 50,
          queries: [{ expr: 'room_celsius{$targets, room=~"$room"}', legend: "{{room}}" }],
        },
      ],
    },
    {
      title: "Doors",
      panels: [
        {
          title: "Open for",
          kind: "heatmap",
          unit: "seconds",
          width: 24,
          queries: [{ expr: "sum by (le) (rate(door_seconds_bucket{$targets}[$__rate_interval]))" }],
        },
        { title: "Locks", kind: "table", queries: [{ expr: "door_info{$targets}" }] },
      ],
    },
  ],
};

const datasource = { type: "prometheus", uid: "${datasource}" };

function choice(name: string, title: string, query: string): sdk.QueryVariableBuilder {
  return (
    new sdk.QueryVariableBuilder(name)
      .label(title)
      .datasource(datasource)
      .query({ query, refId: name })
      .refresh(sdk.VariableRefresh.OnTimeRangeChanged)
      // oxlint-disable-next-line unicorn/no-array-sort -- it is no array
      .sort(sdk.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .current({ selected: true, text: ["All"], value: ["$__all"] })
  );
}

function asked(expr: string): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder().datasource(datasource).refId("A").expr(expr).legendFormat("__auto").range();
}

it("is what Grafana's own library writes for the same plan", () => {
  const targets = 'job=~"$job", instance=~"$instance"';
  const theirs = new sdk.DashboardBuilder("Rooms")
    .uid("exporterkit-rooms")
    .description("Temperatures of rooms.")
    .tags(["exporterkit", "prometheus"])
    .editable()
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .time({ from: "now-1h", to: "now" })
    .refresh("30s")
    .withVariable(new sdk.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .withVariable(choice("job", "Job", "label_values(room_up, job)"))
    .withVariable(choice("instance", "Instance", 'label_values(room_up{job=~"$job"}, instance)').allValue(".*"))
    .withVariable(choice("room", "Room", `label_values(room_celsius{${targets}}, room)`).allValue(".*"))
    .withRow(new sdk.RowBuilder("Overview").gridPos({ x: 0, y: 0, w: 24, h: 1 }).id(1))
    .withPanel(
      new stat.PanelBuilder()
        .title("Rooms")
        .datasource(datasource)
        .gridPos({ x: 0, y: 1, w: 4, h: 4 })
        .id(2)
        .unit(units.Short)
        .graphMode(common.BigValueGraphMode.Area)
        .colorMode(common.BigValueColorMode.None)
        .reduceOptions(new common.ReduceDataOptionsBuilder().values(false).calcs(["lastNotNull"]).fields(""))
        .withTarget(asked(`sum(room_up{${targets}})`)),
    )
    .withPanel(
      new timeseries.PanelBuilder()
        .title("Temperature")
        .description("Of the air.")
        .datasource(datasource)
        .gridPos({ x: 4, y: 1, w: 12, h: 8 })
        .id(3)
        .unit(units.Celsius)
        .max(50)
        .axisSoftMin(0)
        .drawStyle(common.GraphDrawStyle.Line)
        .lineWidth(1)
        .fillOpacity(30)
        .showPoints(common.VisibilityMode.Never)
        .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"))
        .legend(
          new common.VizLegendOptionsBuilder()
            .displayMode(common.LegendDisplayMode.List)
            .placement(common.LegendPlacement.Bottom)
            .showLegend(true)
            .calcs([]),
        )
        .tooltip(
          // oxlint-disable-next-line unicorn/no-array-sort -- it is no array
          new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
        )
        .withTarget(asked(`room_celsius{${targets}, room=~"$room"}`).legendFormat("{{room}}")),
    )
    .withRow(new sdk.RowBuilder("Doors").gridPos({ x: 0, y: 9, w: 24, h: 1 }).id(4))
    .withPanel(
      new heatmap.PanelBuilder()
        .title("Open for")
        .datasource(datasource)
        .gridPos({ x: 0, y: 10, w: 24, h: 8 })
        .id(5)
        .calculate(false)
        .cellGap(1)
        .color(
          new heatmap.HeatmapColorOptionsBuilder()
            .mode(heatmap.HeatmapColorMode.Scheme)
            .scheme("Viridis")
            .scale(heatmap.HeatmapColorScale.Exponential)
            .fill("dark-orange")
            .exponent(0.5)
            .steps(64),
        )
        .showValue(common.VisibilityMode.Never)
        .yAxis(new heatmap.YAxisConfigBuilder().unit(units.Seconds))
        .showLegend()
        .tooltip(new heatmap.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single).yHistogram(true))
        .withTarget(
          asked(`sum by (le) (rate(door_seconds_bucket{${targets}}[$__rate_interval]))`).format(
            prometheus.PromQueryFormat.Heatmap,
          ),
        ),
    )
    .withPanel(
      new table.PanelBuilder()
        .title("Locks")
        .datasource(datasource)
        .gridPos({ x: 0, y: 18, w: 12, h: 8 })
        .id(6)
        .showHeader(true)
        .align(common.FieldTextAlignment.Auto)
        .filterable(true)
        .withTransformation({ id: "organize", options: { excludeByName: { Time: true } } })
        .withTarget(
          new prometheus.DataqueryBuilder()
            .datasource(datasource)
            .refId("A")
            .expr(`door_info{${targets}}`)
            .legendFormat("__auto")
            .instant()
            .format(prometheus.PromQueryFormat.Table),
        ),
    )
    .build();
  const { model } = grafanaDashboard(plan);
  expect({ ...JSON.parse(JSON.stringify(theirs)), schemaVersion: 39 }).toMatchObject(model);
});

it("breaks lines of panels where they are full", () => {
  const panel = (width: number): DashboardPanel => ({ title: "a", width, queries: [{ expr: "up" }] });
  const { model } = grafanaDashboard({
    ...plan,
    rows: [{ title: "a", panels: [panel(12), panel(12), panel(24), panel(8)] }],
  });
  const panels = model["panels"] as { gridPos: sdk.GridPos }[];
  expect(panels.slice(1).map(({ gridPos: { x, y } }) => [x, y])).toEqual([
    [0, 1],
    [12, 1],
    [0, 9],
    [0, 17],
  ]);
});

it("measures in units that Grafana has", () => {
  expect(Object.values(units)).toEqual(expect.arrayContaining(Object.values(dashboardUnits)));
});
