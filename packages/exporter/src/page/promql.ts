import type { LabelMatcher } from "./label-matcher.ts";
import type { PlotKind } from "./wire.ts";

/** A plot as Prometheus would be asked for it. */
export interface QueryOptions {
  readonly name: string;
  readonly kind: PlotKind;
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
export function promQl({ name, kind, matchers, isNative, range = usualRange }: QueryOptions): string {
  switch (kind) {
    case "rate":
      return `rate(${selector(name, matchers)}[${range}])`;
    case "buckets":
      return `histogram_quantile(${quantile}, ${(isNative === true ? nativeRates : bucketRates)(name, matchers, range)})`;
    case "mean":
      return ["sum", "count"].map((end) => `rate(${selector(`${name}_${end}`, matchers)}[${range}])`).join(" / ");
    default:
      return selector(name, matchers);
  }
}

/** The observations in each bucket and those below it by the second, added up over series. */
export function bucketRates(name: string, matchers: readonly LabelMatcher[], range: string): string {
  return `sum by (le) (rate(${selector(`${name}_bucket`, matchers)}[${range}]))`;
}

/** Native histograms of the observations by the second, added up over series. */
export function nativeRates(name: string, matchers: readonly LabelMatcher[], range: string): string {
  return `sum(rate(${selector(name, matchers)}[${range}]))`;
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
