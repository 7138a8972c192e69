import { parse } from "@exporterkit/client/parse";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { dashboardOfExposition } from "./dashboard-of-exposition.ts";
import type { DashboardPanel } from "./dashboard-plan.ts";
import { askedMetrics, askedQueries } from "./fixtures/asked-queries.ts";
import { grafanaDashboard } from "./grafana-dashboard.ts";

const options = { name: "a", title: "A", description: "All of a." };

function panelsOf(text: string, contentType?: string): DashboardPanel[] {
  return dashboardOfExposition(parse(text, contentType), options)!.plan.rows.flatMap(({ panels }) => panels);
}

it("draws a counter as a rate, in the unit that its name ends in", () => {
  const text = `# HELP sent_bytes_total Bytes sent.
# TYPE sent_bytes_total counter
sent_bytes_total{device="a"} 1
sent_bytes_total{device="b"} 2
# TYPE busy_seconds_total counter
busy_seconds_total 1
`;
  expect(panelsOf(text)).toMatchObject([
    {
      title: "Sent",
      description: "Bytes sent.\n\nsent_bytes_total, per second",
      unit: "bytes/second",
      queries: [{ expr: "rate(sent_bytes_total{$targets}[$__rate_interval])", legend: "{{instance}} {{device}}" }],
    },
    { title: "Busy", unit: "ratio", queries: [{ legend: "{{instance}}" }] },
  ]);
});

it("draws gauges as lines, points in time as ages and infos as tables", () => {
  const text = `# TYPE room_celsius gauge
room_celsius 19
# TYPE room_start_time_seconds gauge
room_start_time_seconds 1.7e9
# TYPE room_info gauge
room_info{colour="red"} 1
# TYPE room_job gauge
room_job{job="clean"} 1
`;
  expect(panelsOf(text)).toMatchObject([
    { title: "Room", unit: "celsius", queries: [{ expr: "room_celsius{$targets}" }] },
    {
      title: "Room start time, age",
      unit: "seconds",
      queries: [{ expr: "time() - room_start_time_seconds{$targets}" }],
    },
    { title: "Room info", kind: "table" },
    // As Prometheus calls it, which has a job of its own.
    { title: "Room job", queries: [{ legend: "{{instance}}" }] },
  ]);
});

it("draws histograms as quantiles, events and a heatmap, summaries by quantile", () => {
  const text = `# TYPE wait_seconds histogram
wait_seconds_bucket{le="1"} 1
wait_seconds_bucket{le="+Inf"} 1
wait_seconds_sum 0.5
wait_seconds_count 1
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 3
size_bytes_sum 9
size_bytes_count 3
`;
  const rate = (name: string): string => `rate(wait_seconds_${name}{$targets}[$__rate_interval])`;
  expect(panelsOf(text)).toMatchObject([
    {
      title: "Wait",
      unit: "seconds",
      queries: [
        { expr: `histogram_quantile(0.5, sum by (le) (${rate("bucket")}))`, legend: "50 %" },
        { legend: "90 %" },
        { legend: "99 %" },
        { expr: `sum(${rate("sum")}) / sum(${rate("count")})`, legend: "mean" },
      ],
    },
    { title: "Wait, events", unit: "count/second", queries: [{ expr: rate("count") }] },
    { title: "Wait, distribution", kind: "heatmap", queries: [{ expr: `sum by (le) (${rate("bucket")})` }] },
    {
      title: "Size",
      unit: "bytes",
      queries: [
        { expr: "avg by (instance, quantile) (size_bytes{$targets})", legend: "{{instance}} {{quantile}}" },
        { legend: "mean" },
      ],
    },
    { title: "Size, events" },
  ]);
});

it("asks for the names of samples, which OpenMetrics does not give families", () => {
  const text = `# TYPE sent counter
sent_total 1
sent_created 1
# TYPE built info
built_info{version="1"} 1
# TYPE mode stateset
mode{mode="a"} 1
mode{mode="b"} 0
# EOF
`;
  const exprs = panelsOf(text, "application/openmetrics-text; version=1.0.0").map(({ queries }) => queries[0]!.expr);
  expect(exprs).toEqual(["rate(sent_total{$targets}[$__rate_interval])", "built_info{$targets}", "mode{$targets}"]);
});

it("leaves out what a client library exposes of when a counter began", () => {
  const text = "# TYPE a_total counter\na_total 1\n# TYPE a_created gauge\na_created 1.7e9\n";
  expect(panelsOf(text)).toHaveLength(1);
});

it("adds up what would be too many lines, by labels of few values", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `a_total{id="${i}",kind="${i % 3}"} 1`);
  const [panel] = panelsOf(`# TYPE a_total counter\n${lines.join("\n")}\n`);
  expect(panel).toMatchObject({
    description: "a_total, per second, over all of id",
    queries: [
      {
        expr: "sum by (instance, kind) (rate(a_total{$targets}[$__rate_interval]))",
        legend: "{{instance}} {{kind}}",
      },
    ],
  });
  const [celsius] = panelsOf(`${lines.map((line) => line.replace("a_total", "a_celsius")).join("\n")}\n`);
  expect(celsius!.queries[0]!.expr).toBe("avg by (instance, kind) (a_celsius{$targets})");
});

it("has choices of the labels that many metrics have", () => {
  const text = ["a", "b", "c"].map((name) => `${name}{disk="1"} 1\n${name}{disk="2"} 1\n`).join("");
  const { plan } = dashboardOfExposition(parse(`${text}d 1\n`), options)!;
  expect(plan.variables).toEqual([{ name: "disk", title: "disk", metric: "a{$targets}" }]);
  expect(plan.rows[0]!.panels.map(({ queries }) => queries[0]!.expr)).toEqual([
    'a{$targets, disk=~"$disk"}',
    'b{$targets, disk=~"$disk"}',
    'c{$targets, disk=~"$disk"}',
    "d{$targets}",
  ]);
});

it("puts what begins alike into a row, and divides a long one", () => {
  const names = [
    "up",
    "web_a",
    "web_b",
    ...Array.from({ length: 17 }, (_, i) => `db_${i < 10 ? "read" : "write"}_${i}`),
    "db_alone",
  ];
  const { plan } = dashboardOfExposition(parse(names.map((name) => `${name} 1\n`).join("")), options)!;
  expect(plan.rows.map(({ title, panels }) => [title, panels.length])).toEqual([
    ["web", 2],
    ["db_read", 10],
    ["db_write", 7],
    ["Others", 2],
  ]);
});

it("has no more than 200 panels, and tells what it has no room for", () => {
  const text = Array.from({ length: 1000 }, (_, i) => `m_${i} 1\n`).join("");
  const { plan, leftOut } = dashboardOfExposition(parse(text), options)!;
  expect(plan.rows.flatMap(({ panels }) => panels)).toHaveLength(200);
  expect(leftOut).toHaveLength(800);
  expect(leftOut[0]).toBe("m_200");
});

it("is none of nothing", () => {
  expect(dashboardOfExposition([], options)).toBeUndefined();
  expect(dashboardOfExposition(parse("# TYPE a counter\n"), options)).toBeUndefined();
});

it("asks PromQL, whatever is exposed", () => {
  const word = fc.constantFrom(
    "a",
    "B",
    "_",
    ":",
    "total",
    "info",
    "seconds",
    "bytes",
    "created",
    "timestamp",
    "9",
    "$a",
  );
  const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `x${words.join("_")}`.replace("$", ""));
  const label = fc.constantFrom(
    "le",
    "quantile",
    "job",
    "instance",
    "datasource",
    "__rate_interval",
    "a",
    "b",
    "targets",
  );
  const value = fc.constantFrom("", "1", '"', "\\", "{{a}}", "$targets", "${job}", "\n");
  const labels = fc.dictionary(label, value, { maxKeys: 4, noNullPrototype: true });
  const sample = fc.record({ labels, value: fc.constantFrom(0, 1, NaN, Infinity, 1.7e9) });
  const types = ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"] as const;
  const family = fc
    .record({ name, type: fc.constantFrom(...types), samples: fc.array(sample, { maxLength: 40 }), help: fc.string() })
    .chain(({ samples, ...rest }) =>
      fc.constantFrom("", "_total", "_bucket", "_sum", "_count", "_info", "_created").map((suffix) => ({
        ...rest,
        samples: samples.map((each) => ({ ...each, name: rest.name + suffix })),
      })),
    );
  fc.assert(
    fc.property(fc.array(family, { maxLength: 8 }), (families) => {
      const made = dashboardOfExposition(families, options);
      if (made === undefined) return;
      for (const query of askedQueries(grafanaDashboard(made.plan))) expect(askedMetrics(query)).not.toEqual([]);
    }),
  );
});
