import { parse } from "@exporterkit/client/parse";
import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { expect, it } from "vitest";
import { hostDashboard } from "../modules/host/dashboard.ts";
import { processDashboard } from "../modules/process/dashboard.ts";
import { dashboardOfExposition } from "./dashboard-of-exposition.ts";
import { type DashboardPanel, type DashboardPlan, dashboardUnits } from "./dashboard-plan.ts";
import { exporterDashboard } from "./exporter-dashboard.ts";
import { sdkDashboard } from "./fixtures/sdk-dashboard.ts";
import { grafanaDashboard } from "./grafana-dashboard.ts";
import { webDashboard } from "./web-dashboard.ts";

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

it.each([plan, hostDashboard, processDashboard, exporterDashboard, webDashboard, fromExposition()])(
  "is what Grafana's own library writes for the same plan, $title",
  (each) => {
    const { model } = grafanaDashboard(each);
    const positions = (model["panels"] as readonly { gridPos: sdk.GridPos }[]).map(({ gridPos }) => gridPos);
    expect(sdkDashboard(each, positions)).toMatchObject(model);
  },
);

function fromExposition(): DashboardPlan {
  const text = `# TYPE a_seconds histogram
a_seconds_bucket{le="+Inf"} 1
a_seconds_sum 1
a_seconds_count 1
# TYPE a_info gauge
a_info{version="1"} 1
`;
  const options = { name: "from", title: "From an exposition", description: "All of it." };
  return dashboardOfExposition(parse(text), options)!.plan;
}

it("fills lines of panels, of numbers too", () => {
  const panels = (grafanaDashboard(plan).model["panels"] as readonly { gridPos: sdk.GridPos }[]).map(
    ({ gridPos: { x, y, w, h } }) => [x, y, w, h],
  );
  expect(panels).toEqual([
    [0, 0, 24, 1],
    [0, 1, 4, 4],
    [4, 1, 12, 8],
    [0, 9, 24, 1],
    [0, 10, 24, 8],
    [0, 18, 12, 8],
  ]);
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
