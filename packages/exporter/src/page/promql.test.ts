import { describe, expect, it } from "vitest";
import { parseSearch } from "./label-matcher.ts";
import { promQl, scrapeConfig } from "./promql.ts";

describe("the query of a plot", () => {
  it.each([
    ["node_load1", "value", "", "node_load1"],
    ["jobs_total", "rate", "mode=idle", 'rate(jobs_total{mode="idle"}[5m])'],
    ["jobs_total", "rate", "dev!=eth*.1", 'rate(jobs_total{dev!~"eth.*\\\\.1"}[5m])'],
    ["wait_seconds", "buckets", "", "histogram_quantile(0.99, sum by (le) (rate(wait_seconds_bucket[5m])))"],
    ["wait_seconds", "mean", "", "rate(wait_seconds_sum[5m]) / rate(wait_seconds_count[5m])"],
    ["http.requests", "value", "a.b=c", '{"http.requests", "a.b"="c"}'],
  ] as const)("%s as %s with the filter %s", (name, kind, search, query) => {
    expect(promQl({ name, kind, matchers: parseSearch(search).matchers })).toBe(query);
  });

  it("is that of a native histogram where there are no buckets to ask for", () => {
    const options = { name: "wait_seconds", kind: "buckets", isNative: true } as const;
    expect(promQl({ ...options, matchers: parseSearch("queue=a").matchers })).toBe(
      'histogram_quantile(0.99, sum(rate(wait_seconds{queue="a"}[5m])))',
    );
  });

  it.each([
    ["buckets", false, 'histogram_quantile(0.99, sum by (le) (age_seconds_bucket{queue="a"}))'],
    ["buckets", true, 'histogram_quantile(0.99, sum(age_seconds{queue="a"}))'],
    ["mean", false, 'age_seconds_gsum{queue="a"} / age_seconds_gcount{queue="a"}'],
  ] as const)("of a gauge histogram as %s, native: %s, has no rate", (kind, isNative, query) => {
    const { matchers } = parseSearch("queue=a");
    expect(promQl({ name: "age_seconds", type: "gaugehistogram", kind, isNative, matchers })).toBe(query);
  });

  it("has every label value as a text of PromQL", () => {
    const matchers = [{ label: "path", isNegated: false, value: 'a"b\\c\nd' }];
    expect(promQl({ name: "x", kind: "value", matchers })).toBe('x{path="a\\"b\\\\c\\nd"}');
  });
});

it("the scrape configuration has what is not the default", () => {
  expect(scrapeConfig("My Shop!", new URL("http://shop.lan:9464/"), "/metrics")).toBe(
    'scrape_configs:\n  - job_name: my-shop\n    static_configs:\n      - targets: ["shop.lan:9464"]\n',
  );
  expect(scrapeConfig("X", new URL("https://shop.lan/below/"), "/m")).toBe(
    'scrape_configs:\n  - job_name: x\n    scheme: https\n    metrics_path: "/below/m"\n    static_configs:\n      - targets: ["shop.lan:443"]\n',
  );
});
