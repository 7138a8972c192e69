/** What a dashboard shows, apart from how Grafana writes it. */
export interface DashboardPlan {
  /** The name of its file, without `.json`, and its identity in Grafana: lower case, short, and unique in a command. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A family that every target has: its `job` and `instance` are what a reader can choose from. */
  readonly targetMetric: string;
  /** What else a reader can choose, from the top down. Default: nothing. */
  readonly variables?: readonly DashboardVariable[] | undefined;
  readonly rows: readonly DashboardRow[];
}

/** A label whose values a reader can choose from; queries say `label=~"$name"`. */
export interface DashboardVariable {
  readonly name: string;
  /** What it is called on the dashboard. */
  readonly title: string;
  /** The family that has the label. */
  readonly metric: string;
  /** Default: the name. */
  readonly label?: string | undefined;
}

/** Panels below a heading. */
export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

/** A plot. */
export interface DashboardPanel {
  readonly title: string;
  /** What it means and when to worry, in a sentence. */
  readonly description?: string | undefined;
  /**
   * Lines over time, the latest value as a number, the buckets of a histogram over time, or the labels of the latest series
   * as a table. Default: `lines`.
   */
  readonly kind?: "lines" | "number" | "heatmap" | "table" | undefined;
  /** Of the values. Default: `count`. */
  readonly unit?: DashboardUnit | undefined;
  /** The largest value that there can be. Default: what there is. */
  readonly max?: number | undefined;
  /** Whether lines stand upon each other. Default: false. */
  readonly isStacked?: boolean | undefined;
  /** Of the 24 columns of a dashboard. Default: 12, of a number 4. */
  readonly width?: number | undefined;
  readonly queries: readonly DashboardQuery[];
}

/** What a panel asks Prometheus. */
export interface DashboardQuery {
  /** PromQL, in which `$targets` between braces stands for the jobs and instances that the reader has chosen. */
  readonly expr: string;
  /** How its series are called, with labels as `{{label}}`. Default: by all of their labels. */
  readonly legend?: string | undefined;
}

/** What values are measured in, and what Grafana calls that. */
export const dashboardUnits = {
  count: "short",
  "count/second": "cps",
  bytes: "bytes",
  "bytes/second": "binBps",
  bits: "bits",
  seconds: "s",
  milliseconds: "ms",
  ratio: "percentunit",
  percent: "percent",
  cores: "short",
  celsius: "celsius",
  volts: "volt",
  amperes: "amp",
  watts: "watt",
  joules: "joule",
  meters: "lengthm",
  hertz: "hertz",
  yesNo: "bool_yes_no",
} as const;

export type DashboardUnit = keyof typeof dashboardUnits;
