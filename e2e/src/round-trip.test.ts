import { Registry } from "@exporterkit/client";
import { parse } from "@exporterkit/client/parse";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { makeMetrics, randomMetrics, sampleKey } from "./random-metrics.ts";

const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

it.each([
  ["text 0.0.4", "text/plain;version=0.0.4", false],
  ["text 1.0.0", "text/plain;version=1.0.0;escaping=allow-utf-8", true],
  ["OpenMetrics 1.0.0", "application/openmetrics-text;version=1.0.0", false],
  ["OpenMetrics 1.0.0 with UTF-8 names", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8", true],
  ["protobuf", protobuf, false],
  ["protobuf with UTF-8 names", `${protobuf};escaping=allow-utf-8`, true],
])("%s is read back as it was written", async (_, accept, utf8) => {
  await fc.assert(
    fc.asyncProperty(randomMetrics({ utf8 }), async (metrics) => {
      const registry = new Registry({ createdLines: true });
      const expected = makeMetrics(registry, metrics);
      const { body, contentType } = await registry.expose({ accept });
      const found = new Set(parse(body, contentType).flatMap((family) => family.samples.map(sampleKey)));
      // Protobuf has fields, not names, for the sum and count of a gauge histogram.
      const named = expected.map(({ name, ...sample }) => ({
        ...sample,
        name: accept.startsWith(protobuf) ? name.replace(/_g(count|sum)$/, "_$1") : name,
      }));
      expect(named.map(sampleKey).filter((key) => !found.has(key))).toEqual([]);
    }),
  );
});

it("every format tells the same samples", async () => {
  await fc.assert(
    fc.asyncProperty(randomMetrics({ utf8: false }), async (metrics) => {
      const registry = new Registry();
      makeMetrics(
        registry,
        metrics.filter(({ type }) => type !== "gaugehistogram"),
      );
      const [text, openMetrics, binary] = await Promise.all(
        ["text/plain", "application/openmetrics-text", protobuf].map(async (accept) => {
          const { body, contentType } = await registry.expose({ accept });
          const samples = parse(body, contentType).flatMap((family) => family.samples);
          return samples
            .filter(({ name }) => !name.endsWith("_created"))
            .map(sampleKey)
            .toSorted();
        }),
      );
      expect(openMetrics).toEqual(text);
      expect(binary).toEqual(text);
    }),
  );
});
