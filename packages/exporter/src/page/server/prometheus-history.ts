import type { LabelMatcher } from "../label-matcher.ts";
import { bucketQuery, promQl, selector } from "../promql.ts";
import type { WireLine, WirePast, WirePastQuery } from "../wire.ts";
import { bucketsAlone, nativeBuckets } from "./buckets-alone.ts";
import type { FamilyHistory } from "./family-history.ts";
import type { PrometheusClient, PrometheusSeries } from "./prometheus-client.ts";
import { bucketBounds, kindOf } from "./readings.ts";
import { shortestRange, timeGrid, timesOf, valuesAt } from "./time-grid.ts";
import { topSeries } from "./top-series.ts";

/** Asks Prometheus for what it has of this exporter's families: queries of ours for families that there are, and no others. */
export class PrometheusHistory {
  readonly #client: PrometheusClient;

  constructor(client: PrometheusClient) {
    this.#client = client;
  }

  /** What it has of a family. `startedAt` is what `process_start_time_seconds` says. Rejects with `NoHistory`. */
  async read(family: FamilyHistory, query: WirePastQuery, startedAt: number): Promise<WirePast> {
    const labels = await this.#client.ownLabels(startedAt);
    const own = Object.entries(labels).map(([label, value]) => ({ label, isNegated: false, value }));
    const grid = timeGrid(query.seconds);
    const range = `${Math.max(shortestRange, 4 * grid.step)}s`;
    const asked = queryOf(family, query, [...own, ...query.matchers], range);
    const result = await this.#client.query("query_range", { query: asked, ...grid });
    const times = timesOf(grid);
    if (family.isNative) return { times, lines: nativeBuckets(bucketBounds(family.samples), grid, result[0]) };
    const lineOf = (series: PrometheusSeries): WireLine => {
      const others = Object.entries(series.metric).filter(([name]) => name !== "__name__" && !(name in labels));
      return { labels: Object.fromEntries(others), values: valuesAt(grid, series) };
    };
    if (kindOf(family) !== "buckets") return { times, lines: topSeries(result, query.most).map(lineOf) };
    return { times, lines: bucketsAlone(bucketBounds(family.samples), result.map(lineOf)) };
  }
}

/** The query for what a plot of a family shows: of many series those that were highest. */
function queryOf(
  family: FamilyHistory,
  { seconds, most }: WirePastQuery,
  matchers: readonly LabelMatcher[],
  range: string,
): string {
  const { name, type, isNative } = family;
  const kind = kindOf(family);
  const options = { name, kind, type, isNative, matchers, range };
  if (kind === "buckets") return bucketQuery(options);
  const query = promQl(options);
  if (kind === "mean") return query;
  const over = kind === "rate" ? "rate" : "max_over_time";
  return `${query} and topk(${most}, ${over}(${selector(name, matchers)}[${seconds}s] @ end()))`;
}
