import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { grafanaDashboard } from "../../dashboard/grafana-dashboard.ts";
import type { Dashboard } from "../../module.ts";
import { Dashboards } from "./dashboards.ts";
import { PrometheusClient } from "./prometheus-client.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Something in the place of Prometheus, which answers by path, and what it is asked. */
async function prometheus(
  answers: Readonly<Record<string, unknown>>,
): Promise<{ client: PrometheusClient; asked: URL[] }> {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://prometheus");
    asked.push(url);
    response.end(JSON.stringify({ status: "success", data: answers[url.pathname] ?? { result: [] } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: new PrometheusClient({ url, labels: { instance: "me:1" } }), asked };
}

const rooms = grafanaDashboard({
  name: "rooms",
  title: "Rooms",
  description: "Of a house.",
  targetMetric: "room_up",
  variables: [{ name: "floor", title: "Floor", metric: "room_up{$targets}" }],
  rows: [
    {
      title: "Now",
      panels: [
        {
          title: "Visitors",
          kind: "number",
          queries: [{ expr: 'sum(rate(visitors_total{$targets, floor=~"$floor"}[$__rate_interval]))' }],
        },
        { title: "Warmth", unit: "celsius", queries: [{ expr: "warmth", legend: "{{floor}}/{{room}}" }] },
      ],
    },
    {
      title: "Waits",
      panels: [{ title: "Waits", kind: "heatmap", queries: [{ expr: "sum by (le) (rate(wait_bucket[5m]))" }] }],
    },
  ],
});

const cluster: Dashboard = {
  name: "cluster",
  model: {
    title: "Cluster",
    templating: {
      list: [
        { type: "query", name: "by", query: "label_names(pods)", regex: "/^label_/" },
        { type: "query", name: "grouping", query: "label_values(pods, grouping)" },
      ],
    },
    panels: [
      {
        type: "timeseries",
        title: "CPU",
        targets: [{ expr: 'sum by ($by) (cpu{grouping=~"$grouping"})', legendFormat: "{{$by}}" }],
      },
      { type: "text", title: "Notes" },
    ],
  },
};

const series = (metric: object, value: string): object => {
  const time = Math.ceil(Date.now() / 5000) * 5;
  return { metric, values: [[time, value]] };
};
const ask = { dashboard: "rooms", panel: 0, seconds: 300, choices: {} };

it("are made once somebody looks, and told without their queries", async () => {
  let made = 0;
  const { client, asked } = await prometheus({});
  const dashboards = new Dashboards(() => (made++, [rooms, cluster]), client);
  expect(made).toBe(0);
  const [first, second] = await dashboards.list();
  await dashboards.list();
  expect({ made, asked }).toEqual({ made: 1, asked: [] });
  expect(first).toMatchObject({
    name: "rooms",
    title: "Rooms",
    metric: "room_up",
    variables: [{ name: "floor", title: "Floor", hasAll: true }],
  });
  expect(first!.panels.map(({ title, row, kind, unit }) => [title, row, kind, unit])).toEqual([
    ["Visitors", "Now", "number", "short"],
    ["Warmth", "Now", "lines", "celsius"],
    ["Waits", "Waits", "heatmap", "short"],
  ]);
  expect(second).toMatchObject({ metric: "pods", panels: [{ title: "CPU" }] });
  expect(JSON.stringify([first, second])).not.toContain("rate(");
});

it("are made anew where that has failed", async () => {
  const make = vi.fn<() => Promise<Dashboard[]>>(async () => [rooms]);
  make.mockRejectedValueOnce(new Error("too many open files"));
  const dashboards = new Dashboards(make, (await prometheus({})).client);
  await expect(dashboards.list()).rejects.toThrow("too many open files");
  expect(await dashboards.list()).toHaveLength(1);
});

it("ask for this exporter's own series alone, with what a reader has chosen", async () => {
  const { client, asked } = await prometheus({
    "/api/v1/label/floor/values": ["1", "2.5"],
    "/api/v1/query_range": { result: [series({}, "4")] },
  });
  const dashboards = new Dashboards(() => [rooms], client);
  const answer = await dashboards.panel(ask, Number.NaN);
  expect(answer.lines.map(({ name, values }) => [name, values.at(-1)])).toEqual([["Visitors", 4]]);
  expect(await dashboards.choices("rooms", Number.NaN)).toEqual({ floor: ["1", "2.5"] });
  await dashboards.panel({ ...ask, choices: { floor: "2.5" } }, Number.NaN);
  const query = (floor: string): string =>
    `sum(rate(visitors_total{instance="me:1", job=~".*", instance=~".*", floor=~"${floor}"}[120s]))`;
  expect(asked.map(({ searchParams }) => searchParams.get("query") ?? searchParams.get("match[]"))).toEqual([
    query(".*"),
    'room_up{instance="me:1", job=~".*", instance=~".*"}',
    query(String.raw`2\\.5`),
  ]);
});

it("take no value that Prometheus has not, no other panel and no other dashboard", async () => {
  const { client, asked } = await prometheus({ "/api/v1/label/floor/values": ["1"] });
  const dashboards = new Dashboards(() => [rooms], client);
  for (const [wrong, message] of [
    [{ choices: { floor: '1"} or up{x="' } }, "floor has no such value."],
    [{ panel: 3 }, "There is no such panel."],
    [{ dashboard: "constructor" }, "There is no such dashboard."],
  ] as const) {
    await expect(dashboards.panel({ ...ask, ...wrong }, Number.NaN)).rejects.toThrow(message);
  }
  expect(asked.every(({ pathname }) => pathname.endsWith("/values"))).toBe(true);
});

it("have series by their legend, the highest first, and buckets alone", async () => {
  const warm = [series({ floor: "1", room: "a", instance: "me:1" }, "18"), series({ floor: "2" }, "20")];
  const warmth = await prometheus({ "/api/v1/query_range": { result: warm } });
  const lines = await new Dashboards(() => [rooms], warmth.client).panel({ ...ask, panel: 1 }, Number.NaN);
  expect(lines.lines.map(({ name, labels }) => [name, labels])).toEqual([
    ["2/", { floor: "2" }],
    ["1/a", { floor: "1", room: "a" }],
  ]);
  const buckets = [series({ le: "+Inf" }, "9"), series({ le: "1" }, "2"), series({ le: "2.5" }, "5")];
  const waits = await prometheus({ "/api/v1/query_range": { result: buckets } });
  const heatmap = await new Dashboards(() => [rooms], waits.client).panel({ ...ask, panel: 2 }, Number.NaN);
  expect(heatmap.lines.map(({ labels, values }) => [labels["le"], values.at(-1)])).toEqual([
    ["1", 2],
    ["2.5", 3],
    ["Infinity", 4],
  ]);
});

it("have so many lines, of each query as many as of the others, of however many series", async () => {
  const many = Array.from({ length: 5000 }, (_, number) => series({ number: String(number) }, String(number)));
  const { client } = await prometheus({ "/api/v1/query_range": { result: many } });
  const targets = ["reads", "writes"].map((expr) => ({ expr, legendFormat: `${expr} {{number}}` }));
  const model = { panels: ["timeseries", "table"].map((type) => ({ type, title: "Disks", targets })) };
  const dashboards = new Dashboards(() => [{ name: "disks", model }], client);
  const { lines, more } = await dashboards.panel({ ...ask, dashboard: "disks" }, Number.NaN);
  expect({ first: lines[0]!.name, middle: lines[12]!.name, number: lines.length, more }).toEqual({
    first: "reads 4999",
    middle: "writes 4999",
    number: 24,
    more: 9976,
  });
  const table = await dashboards.panel({ ...ask, dashboard: "disks", panel: 1 }, Number.NaN);
  expect([table.lines.length, table.more]).toEqual([100, 9900]);
});

it("begin with the first value where a variable has no value for all", async () => {
  const { client, asked } = await prometheus({
    "/api/v1/labels": ["__name__", "instance", "label_app", "label_team"],
    "/api/v1/label/grouping/values": [],
    "/api/v1/query_range": { result: [series({ label_team: "shop" }, "1")] },
  });
  const dashboards = new Dashboards(() => [cluster], client);
  await dashboards.panel({ ...ask, dashboard: "cluster" }, Number.NaN);
  const chosen = { ...ask, dashboard: "cluster", choices: { by: "label_team" } };
  expect((await dashboards.panel(chosen, Number.NaN)).lines.map(({ name }) => name)).toEqual(["shop"]);
  expect(asked.map(({ searchParams }) => searchParams.get("query")).filter(Boolean)).toEqual([
    'sum by (label_app) (cpu{instance="me:1", grouping=~""})',
    'sum by (label_team) (cpu{instance="me:1", grouping=~""})',
  ]);
});
