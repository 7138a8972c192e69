// Compiled, never run: that the types of the libraries take what prom-client's types say it has, and the other way round.
import type { Application } from "express";
import promBundle from "express-prom-bundle";
import fastify from "fastify";
import metricsPlugin from "fastify-metrics";
import Queue from "bull";
import * as bullProm from "bull-prom";
import client, {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type LabelValues,
  type MetricObjectWithValues,
  type MetricValue,
  type OpenMetricsContentType,
  openMetricsContentType,
  type PrometheusContentType,
  Registry,
  register,
} from "prom-client";
import { makeCounterProvider, PrometheusModule } from "@willsoto/nestjs-prometheus";
import { expressMiddleware, HttpMetricsCollector } from "prometheus-api-metrics";

export async function use(app: Application): Promise<unknown[]> {
  const registry: Registry<PrometheusContentType> = new Registry();
  const bundle = promBundle({
    promRegistry: registry,
    metricType: "summary",
    percentiles: [0.5],
    promClient: { collectDefaultMetrics: { prefix: "shop_", labels: { app: "shop" } } },
  });
  app.use(bundle, bundle.metricsMiddleware);
  const counter: Counter<"method"> = new Counter({
    name: "a_total",
    help: "A.",
    labelNames: ["method"],
    registers: [registry],
  });
  counter.inc({ method: "GET" });

  const server = fastify();
  await server.register(metricsPlugin.default, {
    promClient: client,
    defaultMetrics: { enabled: true, register: registry, gcDurationBuckets: [0.1] },
    routeMetrics: { overrides: { histogram: { registers: [registry], enableExemplars: true } } },
  });
  const gauge: Gauge = new server.metrics.client.Gauge({ name: "b", help: "B.", registers: [register] });
  gauge.setToCurrentTime();

  const queueMetrics = bullProm.init({ promClient: client, interval: 1000 }).start(new Queue("letters"));
  queueMetrics.stop();

  const configuration: CounterConfiguration<"country"> = { name: "c_total", help: "C.", labelNames: ["country"] };
  const collector = new HttpMetricsCollector({ countClientErrors: true });
  const openMetrics: Registry<OpenMetricsContentType> = new Registry();
  openMetrics.setContentType(openMetricsContentType);
  collectDefaultMetrics({ register: openMetrics });
  const labels: LabelValues<"country"> = { country: 49 };
  const metrics: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON();
  return [
    makeCounterProvider(configuration),
    PrometheusModule.register({ defaultMetrics: { enabled: true, config: { register: registry } } }),
    expressMiddleware({ metricsPath: "/metrics" }),
    collector,
    labels,
    metrics,
  ];
}
