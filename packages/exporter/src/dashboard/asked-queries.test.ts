import { expect, it } from "vitest";
import { askedMetrics, askedQueries } from "./fixtures/asked-queries.ts";
import { grafanaDashboard } from "./grafana-dashboard.ts";

it("are PromQL once the variables are filled in", () => {
  const expr =
    'sum by (room) (rate(opened_total{$targets, room=~"$room"}[$__rate_interval])) / ignoring (a) door_count';
  const dashboard = grafanaDashboard({
    name: "rooms",
    title: "Rooms",
    description: "Doors of rooms.",
    targetMetric: "room_up",
    rows: [{ title: "Doors", panels: [{ title: "Opened", queries: [{ expr }] }] }],
  });
  const [query] = askedQueries(dashboard);
  expect(query).toBe(
    'sum by (room) (rate(opened_total{job=~".*", instance=~".*", room=~".*"}[1m])) / ignoring (a) door_count',
  );
  expect(askedMetrics(query!)).toEqual(["opened_total", "door_count"]);
  expect(() => askedMetrics("rate(")).toThrow("rate( is no PromQL at 5");
});
