import * as promClient from "prom-client";
import { describe, expect, it } from "vitest";
import { Registry } from "../registry.ts";
import { AggregatorRegistry } from "./aggregator-registry.ts";

/** What registries of two workers have, as prom-client tells it. */
async function metricsOfWorkers(): Promise<object[]> {
  return Promise.all(
    [1, 2].map(async (amount) => {
      const registers = [new promClient.Registry()];
      const labelNames = ["method"];
      new promClient.Counter({ name: "requests_total", help: "R.", labelNames, registers }).inc(
        { method: "GET" },
        amount,
      );
      for (const aggregator of ["sum", "first", "omit", "average", "min", "max"] as const) {
        new promClient.Gauge({ name: `gauge_${aggregator}`, help: "G.", aggregator, registers }).set(amount);
      }
      new promClient.Histogram({ name: "seconds", help: "S.", labelNames, registers }).observe(
        { method: "GET" },
        amount,
      );
      new promClient.Summary({ name: "bytes", help: "B.", registers }).observe(amount);
      return registers[0]!.getMetricsAsJSON();
    }),
  );
}

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe("aggregate", () => {
  it.each([undefined, Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE])(
    "has the text, the JSON and the content type of prom-client's, of type %s",
    async (contentType) => {
      const metrics = await metricsOfWorkers();
      const found = AggregatorRegistry.aggregate(metrics, contentType as never) as Registry;
      const expected = (promClient.AggregatorRegistry.aggregate as (...args: unknown[]) => promClient.Registry)(
        metrics,
        contentType,
      );
      // prom-client adds `_total` to counters that have it already.
      const text = (await expected.metrics()).replaceAll("requests_total_total", "requests_total");
      const isOpenMetrics = contentType?.startsWith("application/") === true;
      expect(await found.metrics()).toBe(isOpenMetrics ? text.replaceAll(/^(# \w+ requests)_total/gm, "$1") : text);
      expect(await found.getMetricsAsJSON()).toEqual(await expected.getMetricsAsJSON());
      expect(found.contentType).toBe(expected.contentType);
      expect(found).toBeInstanceOf(Registry);
    },
  );

  it("refuses an aggregator that there is not, as prom-client does", () => {
    for (const aggregator of ["median", undefined]) {
      const metrics = [[{ name: "a", help: "A.", type: "gauge", aggregator, values: [] }]];
      const found = errorOf(() => AggregatorRegistry.aggregate(metrics));
      expect(found).toBeInstanceOf(Error);
      expect(found).toEqual(errorOf(() => promClient.AggregatorRegistry.aggregate(metrics)));
    }
  });
});

describe("an aggregator registry", () => {
  it("is a registry, of the text format if none is asked for", () => {
    expect(new AggregatorRegistry()).toBeInstanceOf(Registry);
    expect(new AggregatorRegistry().contentType).toBe(new promClient.AggregatorRegistry().contentType);
    const { OPENMETRICS_CONTENT_TYPE } = Registry;
    expect(new AggregatorRegistry(OPENMETRICS_CONTENT_TYPE).contentType).toBe(OPENMETRICS_CONTENT_TYPE);
  });

  it("takes nothing but registries to answer with, as prom-client does", () => {
    for (const given of ["registry", [new Registry(), {}]]) {
      expect(errorOf(() => AggregatorRegistry.setRegistries(given as never))).toEqual(
        errorOf(() => promClient.AggregatorRegistry.setRegistries(given as never)),
      );
    }
  });
});
