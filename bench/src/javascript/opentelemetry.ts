import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { counterOptions, histogramOptions, type Library } from "./library.ts";

/** The bounds of the other libraries' 11 buckets. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const library: Library = {
  registry() {
    const reader = new PrometheusExporter({ preventServerStart: true });
    // Past its limit, by default 2,000 series, the library folds series into one.
    const views = [{ instrumentName: "*", aggregationCardinalityLimit: 1e7 }];
    const meter = new MeterProvider({ readers: [reader], views }).getMeter("bench");
    const serializer = new PrometheusSerializer();
    return {
      counter() {
        const counter = meter.createCounter(counterOptions.name, { description: counterOptions.help });
        return {
          inc: (labels) => counter.add(1, labels),
          labels: (labels) => ({ inc: (amount = 1) => counter.add(amount, labels) }),
        };
      },
      histogram() {
        const histogram = meter.createHistogram(histogramOptions.name, {
          description: histogramOptions.help,
          advice: { explicitBucketBoundaries: buckets },
        });
        return { labels: (labels) => ({ observe: (value) => histogram.record(value, labels) }) };
      },
      async expose() {
        const { resourceMetrics } = await reader.collect();
        return Buffer.from(serializer.serialize(resourceMetrics)).length;
      },
    };
  },
};
