/** What a program of a user's tells of a registry or a page of metrics, as far as there is text or JSON of it. */
export interface ReportedExposition {
  readonly contentType?: string;
  readonly text?: string;
  readonly json?: readonly JsonMetric[];
}

interface JsonMetric {
  readonly name: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, unknown>>; readonly value: unknown }[];
}

// What two runs of a program cannot have in common, and what differs on purpose: the labels of a line stand in the order in
// which they were declared, and quantiles are another estimate. All else is compared to the last digit.

/** Metrics that measure the process as it happens to be. Only their values may differ. */
const momentary = new RegExp(
  `(?:^|_)(?:${[
    "process_cpu_(?:user_|system_)?seconds(?:_total)?",
    "process_start_time_seconds",
    "process_(?:resident|virtual)_memory_bytes",
    "process_heap_bytes",
    "process_open_fds",
    "nodejs_eventloop_lag_(?:min_|max_|mean_|stddev_|p50_|p90_|p99_)?seconds",
    "nodejs_active_(?:resources|handles|requests)(?:_total)?",
    "nodejs_(?:heap_size_total|heap_size_used|external_memory)_bytes",
    "nodejs_heap_space_size_(?:total|used|available)_bytes",
  ].join("|")})$`,
);

/** Those of them that have a series for whatever there is or was, and the label that says what. */
const happening = /(?:^|_)nodejs_active_(?:resources|handles|requests)$/;

/** A report with what is of the moment taken out; what is left of two runs can be the same. */
export function withoutMoment({ contentType, text, json, ...rest }: ReportedExposition): unknown {
  return {
    ...rest,
    contentType,
    text: text === undefined ? undefined : unique(text.split("\n").flatMap(lineWithoutMoment)),
    json: json?.map((metric) => metricWithoutMoment(isOpenMetrics(contentType) ? withoutTotal(metric) : metric)),
  };
}

/** Whether there has been a garbage collection yet. */
const collections = /(?:^|_)nodejs_gc_duration_seconds(?:_bucket|_sum|_count)?$/;

function lineWithoutMoment(given: string): string[] {
  const line = given.replace(/\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}/, (_, pairs: string) => {
    return `{${(pairs.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).toSorted().join(",")}}`;
  });
  const [, name = "", labels = "", value = ""] = /^([\w:]+)(\{.*\})? (\S+)$/.exec(line) ?? [];
  if (collections.test(name)) return [];
  if (labels.includes('quantile="')) return [`${name}${labels} ${numberOfTheMoment(value)}`];
  if (!momentary.test(name)) return [line];
  const kept = happening.test(name) ? labels.replaceAll(/\btype="[^"]*"/g, 'type="…"') : labels;
  return [`${name}${kept} ${numberOfTheMoment(value)}`];
}

function metricWithoutMoment(metric: JsonMetric): unknown {
  if (collections.test(metric.name)) return { ...metric, values: [] };
  if (!momentary.test(metric.name)) {
    const isQuantile = ({ labels }: JsonMetric["values"][number]): boolean => "quantile" in labels;
    return {
      ...metric,
      values: metric.values.map((sample) =>
        isQuantile(sample) ? { ...sample, value: numberOfTheMoment(sample.value) } : sample,
      ),
    };
  }
  const values = metric.values.map((sample) => {
    const labels = Object.entries(sample.labels).map(([name, value]) =>
      happening.test(metric.name) && name === "type" ? [name, "…"] : [name, value],
    );
    return { ...sample, labels: Object.fromEntries(labels), value: numberOfTheMoment(sample.value) };
  });
  return { ...metric, values: unique(values.map((sample) => JSON.stringify(sample))) };
}

function isOpenMetrics(contentType: string | undefined): boolean {
  return contentType?.startsWith("application/openmetrics-text") === true;
}

/** A scrape in OpenMetrics has prom-client rename its counters for good. */
function withoutTotal(metric: JsonMetric): JsonMetric {
  return { ...metric, name: metric.name.replace(/_total$/, "") };
}

/** That it is a number is not of the moment. Event loop delays are none at all until there has been one. */
function numberOfTheMoment<Value>(value: Value): Value | "a number" {
  const isNumber =
    value === null || typeof value === "number" || /^(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?|nan)$/i.test(String(value));
  return isNumber ? "a number" : value;
}

function unique(lines: readonly string[]): string[] {
  return lines.filter((line, i) => line === "" || lines.indexOf(line) === i);
}
