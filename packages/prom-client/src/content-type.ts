/** The Content-Type of the text format 0.0.4. */
export type PrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/** The Content-Type of OpenMetrics 1.0.0. */
export type OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** What a registry can be exposed as. */
export type RegistryContentType = PrometheusContentType | OpenMetricsContentType;

/** The text format 0.0.4, which is what a registry is exposed as unless it is told otherwise. */
export const prometheusContentType: PrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/** OpenMetrics 1.0.0, the format in which there are exemplars. */
export const openMetricsContentType: OpenMetricsContentType =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

// The parts of the two, for those who name them.
export type Charset = "utf-8";
export type PrometheusMIME = "text/plain";
export type PrometheusMetricsVersion = "0.0.4";
export type OpenMetricsMIME = "application/openmetrics-text";
export type OpenMetricsVersion = "1.0.0";
