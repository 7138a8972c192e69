import { expect, it } from "vitest";
import { askedMetrics, askedQueries, askedSides } from "./fixtures/asked-queries.ts";
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

it("are taken apart where they compare", () => {
  expect(askedSides("rate(a[5m])\n/ (rate(b[5m]) > 0) > 0.05")).toEqual(["rate(a[5m])\n/ (rate(b[5m]) > 0)"]);
  expect(askedSides("a == 0\nunless ignoring (query) b == bool 0")).toEqual(["a", "b"]);
  expect(askedSides('(a{x="y"} > 2 * 0.1 and c < 1)\nor -d >= 0.1 + e')).toEqual(['a{x="y"}', "c", "-d", "0.1 + e"]);
  expect(askedSides("sum by (x) (a) + 1")).toEqual(["sum by (x) (a) + 1"]);
});
