/** A metric as `getMetricsAsJSON()` gives it, and as it travels from worker to primary. */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  /** The name of one of {@link aggregators}. */
  readonly aggregator: string;
  readonly values: readonly ValueJson[];
}

/** One sample of a metric. */
export interface ValueJson {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** The name of the sample where it is not that of the metric: `_bucket`, `_sum` or `_count` stands behind it. */
  readonly metricName?: string;
}

/** Makes one metric of several of the same name; undefined leaves them out. */
export type MetricAggregator = (metrics: readonly MetricJson[]) => MetricJson | undefined;

/**
 * How the metrics of several processes become one, by the name that stands in the `aggregator` of a metric. What is added
 * here can be named there.
 */
export const aggregators: Record<string, MetricAggregator> = {
  /** The sum. */
  sum: ofValues((values) => values.reduce((sum, { value }) => sum + value, 0)),
  /** The value of the process that comes first. */
  // Between processes NaN becomes null, which is no value that a scraper reads.
  first: ofValues(([first]) => first!.value ?? NaN),
  /** Leaves the metric out. */
  omit: () => undefined,
  /** The arithmetic mean. */
  average: ofValues((values) => values.reduce((sum, { value }) => sum + value, 0) / values.length),
  /** The least. */
  min: ofValues((values) => values.reduce((least, { value }) => Math.min(least, value), Infinity)),
  /** The greatest. */
  max: ofValues((values) => values.reduce((greatest, { value }) => Math.max(greatest, value), -Infinity)),
};

/** An aggregator that makes one number of those that samples of one name and the same labels have. */
function ofValues(combine: (values: readonly ValueJson[]) => number): MetricAggregator {
  return (metrics) => {
    const [first] = metrics;
    if (first === undefined) return undefined;
    const series = new Map<string, ValueJson[]>();
    for (const { values } of metrics) {
      for (const value of values) {
        const key = keyOf(value);
        const same = series.get(key);
        if (same === undefined) series.set(key, [value]);
        else same.push(value);
      }
    }
    const { name, help, type, aggregator } = first;
    return { help, name, type, values: Array.from(series.values(), (same) => merge(same, combine)), aggregator };
  };
}

function merge(same: readonly ValueJson[], combine: (values: readonly ValueJson[]) => number): ValueJson {
  const { labels, metricName } = same[0]!;
  return { value: combine(same), labels, ...(metricName && { metricName }) };
}

/** The same for samples of one name and the same labels alone: the lengths keep what is in a value out of the structure. */
function keyOf({ metricName = "", labels }: ValueJson): string {
  let key = metricName;
  for (const name of Object.keys(labels).toSorted()) {
    if (labels[name] === undefined) continue;
    const value = String(labels[name]);
    key += `\n${name.length},${value.length}:${name}${value}`;
  }
  return key;
}
