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

// What two runs of a program cannot have in common. All else is compared to the last digit.

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
    "nodejs_gc_duration_seconds(?:_bucket|_sum|_count)?",
  ].join("|")})$`,
);

/** Those of them that have a series for whatever there is or was, and the label that says what. */
const happening =
  /(?:^|_)nodejs_(?:active_(?:resources|handles|requests)|gc_duration_seconds(?:_bucket|_sum|_count)?)$/;
const happeningLabels = new Set(["type", "kind"]);

/** A report with what is of the moment taken out; what is left of two runs can be the same. */
export function withoutMoment({ contentType, text, json, ...rest }: ReportedExposition): unknown {
  return {
    ...rest,
    contentType,
    text: text === undefined ? undefined : unique(text.split("\n").map(lineWithoutMoment)),
    json: json?.map(metricWithoutMoment),
  };
}

function lineWithoutMoment(line: string): string {
  const [, name = "", labels = "", value = ""] = /^([\w:]+)(\{.*\})? (\S+)$/.exec(line) ?? [];
  if (!momentary.test(name)) return line;
  const kept = happening.test(name) ? labels.replaceAll(/\b(type|kind)="[^"]*"/g, '$1="…"') : labels;
  return `${name}${kept} ${numberOfTheMoment(value)}`;
}

function metricWithoutMoment(metric: JsonMetric): unknown {
  if (!momentary.test(metric.name)) return metric;
  const values = metric.values.map((sample) => {
    const labels = Object.entries(sample.labels).map(([name, value]) =>
      happening.test(metric.name) && happeningLabels.has(name) ? [name, "…"] : [name, value],
    );
    return { ...sample, labels: Object.fromEntries(labels), value: numberOfTheMoment(sample.value) };
  });
  return { ...metric, values: unique(values.map((sample) => JSON.stringify(sample))) };
}

/** That it is a number is not of the moment. Event loop delays are none at all until there has been one. */
function numberOfTheMoment<Value>(value: Value): Value | "a number" {
  const isNumber = typeof value === "number" || /^(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?|nan)$/i.test(String(value));
  return isNumber ? "a number" : value;
}

function unique(lines: readonly string[]): string[] {
  return lines.filter((line, i) => line === "" || lines.indexOf(line) === i);
}
