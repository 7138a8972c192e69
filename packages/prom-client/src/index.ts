export { exponentialBuckets, linearBuckets } from "./bucket-generators.ts";
export { AggregatorRegistry } from "./cluster/aggregator-registry.ts";
export {
  type Charset,
  type OpenMetricsContentType,
  openMetricsContentType,
  type OpenMetricsMIME,
  type OpenMetricsVersion,
  type PrometheusContentType,
  prometheusContentType,
  type PrometheusMetricsVersion,
  type PrometheusMIME,
  type RegistryContentType,
} from "./content-type.ts";
export { Counter, type CounterConfiguration, type IncreaseDataWithExemplar } from "./counter.ts";
export { contentType } from "./default-content-type.ts";
export {
  collectDefaultMetrics,
  type DefaultMetricsCollectorConfiguration,
} from "./default-metrics/collect-default-metrics.ts";
export { Gauge, type GaugeConfiguration } from "./gauge.ts";
export { Histogram, type HistogramConfiguration, type ObserveDataWithExemplar } from "./histogram.ts";
export { aggregators } from "./metric-aggregators.ts";
export type {
  Aggregator,
  CollectFunction,
  Collector,
  LabelValues,
  Metric,
  MetricConfiguration,
  MetricObject,
  MetricObjectWithValues,
  MetricType,
  MetricValue,
  MetricValueWithName,
} from "./metric-types.ts";
export { Pushgateway } from "./pushgateway/pushgateway.ts";
export { register, Registry } from "./registry.ts";
export { Summary, type SummaryConfiguration } from "./summary.ts";
export { validateMetricName } from "./validation.ts";
