import type { LabelMatcher } from "./label-matcher.ts";
import type { PlotKind } from "./wire.ts";

/** A plot as Prometheus would be asked for it. */
export interface QueryOptions {
  readonly name: string;
  readonly kind: PlotKind;
  /** What Prometheus calls the type. Numbers of a `gaugehistogram` do not only go up, and have no rate. Default: another type. */
  readonly type?: string | undefined;
  readonly matchers: readonly LabelMatcher[];
  /** Whether Prometheus has the histogram as a native one. Default: false. */
  readonly isNative?: boolean | undefined;
  /** The range of rates. Default: long enough for scrapes that are a minute apart. */
  readonly range?: string | undefined;
}

const usualRange = "5m";
/** The quantile that a query for a histogram asks for. */
const quantile = 0.99;

/** The query for a plot in PromQL. */
export function promQl(options: QueryOptions): string {
  const { name, kind, type, matchers, range = usualRange } = options;
  switch (kind) {
    case "rate":
      return `rate(${selector(name, matchers)}[${range}])`;
    case "buckets":
      return `histogram_quantile(${quantile}, ${bucketQuery(options)})`;
    case "mean":
      if (type === "gaugehistogram") {
        return ["gsum", "gcount"].map((end) => selector(`${name}_${end}`, matchers)).join(" / ");
      }
      return ["sum", "count"].map((end) => `rate(${selector(`${name}_${end}`, matchers)}[${range}])`).join(" / ");
    default:
      return selector(name, matchers);
  }
}

/**
 * The observations in each bucket and those below it, or native histograms of them, added up over series: by the second, or
 * of a gauge histogram as they are.
 */
export function bucketQuery({ name, type, matchers, isNative = false, range = usualRange }: QueryOptions): string {
  const series = selector(isNative ? name : `${name}_bucket`, matchers);
  const counts = type === "gaugehistogram" ? series : `rate(${series}[${range}])`;
  return `sum${isNative ? "" : " by (le) "}(${counts})`;
}

/** A selector of series. */
export function selector(name: string, matchers: readonly LabelMatcher[]): string {
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const inside = [...(isPlain ? [] : [quoted(name)]), ...matchers.map(matcherText)];
  return `${isPlain ? name : ""}${inside.length === 0 ? "" : `{${inside.join(", ")}}`}`;
}

/** A matcher as it stands between braces. */
export function matcherText({ label, isNegated, value }: LabelMatcher): string {
  const name = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quoted(label);
  if (!value.includes("*")) return `${name}${isNegated ? "!=" : "="}${quoted(value)}`;
  const pattern = value
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return `${name}${isNegated ? "!~" : "=~"}${quoted(pattern)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** What stands in `prometheus.yml` to have Prometheus scrape the exporter at this address. */
export function scrapeConfig(title: string, address: URL, telemetryPath: string): string {
  const job =
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "exporter";
  const isHttps = address.protocol === "https:";
  const path = address.pathname.replace(/\/$/, "") + telemetryPath;
  return [
    "scrape_configs:",
    `  - job_name: ${job}`,
    ...(isHttps ? ["    scheme: https"] : []),
    ...(path === "/metrics" ? [] : [`    metrics_path: ${JSON.stringify(path)}`]),
    "    static_configs:",
    `      - targets: [${JSON.stringify(address.port === "" ? `${address.hostname}:${isHttps ? 443 : 80}` : address.host)}]`,
    "",
  ].join("\n");
}
