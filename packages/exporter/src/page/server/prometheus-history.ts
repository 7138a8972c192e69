import { ExporterError } from "../../exporter-error.ts";
import { Secret } from "../../config/secret.ts";
import type { LabelMatcher } from "../label-matcher.ts";
import { bucketRates, promQl, selector } from "../promql.ts";
import type { WireLine, WirePast, WirePastQuery } from "../wire.ts";
import type { FamilyHistory } from "./family-history.ts";
import { asJson } from "./plot-of.ts";
import { bucketBounds, kindOf } from "./readings.ts";

/** The Prometheus that has the history of an exporter. */
export interface PrometheusOptions {
  /** Its address, such as `http://prometheus:9090`. */
  readonly url: string;
  /** Who asks, where it wants to know. With a password alone that is sent as a bearer token. */
  readonly username?: string | undefined;
  readonly password?: Secret | string | undefined;
  /**
   * The labels by which Prometheus tells this exporter's series from those of others, such as `instance`. Default: those of the
   * series of `process_start_time_seconds` that has the time when this process started.
   */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** How many points in time a plot has. */
const points = 240;
/** Seconds between two of them at least, and over which rates are taken at least. */
const shortestStep = 5;
const shortestRange = 60;
const timeoutMs = 10_000;
const mostBytes = 8_000_000;

/** Prometheus has no answer; the message says why, in words that anybody may read. */
export class NoHistory extends Error {}

/** Asks Prometheus for what it has of this exporter's families: queries of ours for families that there are, and no others. */
export class PrometheusHistory {
  /** Where people find it. */
  readonly url: string;
  readonly #authorization: string | undefined;
  #labels: Readonly<Record<string, string>> | undefined;

  /** Throws an {@link ExporterError} if the address is none. */
  constructor({ url, username, password, labels }: PrometheusOptions) {
    this.url = checkPrometheusUrl(url);
    this.#labels = labels;
    const secret = password instanceof Secret ? password.reveal() : (password ?? "");
    if (username !== undefined) {
      this.#authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`;
    } else if (secret !== "") this.#authorization = `Bearer ${secret}`;
  }

  /** What it has of a family. `startedAt` is what `process_start_time_seconds` says. Rejects with {@link NoHistory}. */
  async read(family: FamilyHistory, query: WirePastQuery, startedAt: number): Promise<WirePast> {
    this.#labels ??= await this.#findLabels(startedAt);
    const own = Object.entries(this.#labels).map(([label, value]) => ({ label, isNegated: false, value }));
    const step = Math.max(shortestStep, Math.ceil(query.seconds / points));
    // The same points in time whenever it is asked, the last of them not before now.
    const end = Math.ceil(Date.now() / 1000 / step) * step;
    const start = end - Math.floor(query.seconds / step) * step;
    const range = `${Math.max(shortestRange, 4 * step)}s`;
    const parameters = { query: queryOf(family, query, [...own, ...query.matchers], range), start, end, step };
    const result = await this.#ask("query_range", parameters);
    const times = Array.from({ length: (end - start) / step + 1 }, (_, index) => start + index * step);
    const lines = result.map(({ metric, values = [] }): WireLine => {
      const line: (number | null)[] = times.map(() => null);
      for (const [time, value] of values) line[Math.round((time - start) / step)] = asJson(Number(value));
      const labels = Object.entries(metric).filter(([name]) => name !== "__name__" && !(name in this.#labels!));
      return { labels: Object.fromEntries(labels), values: line };
    });
    if (kindOf(family) === "buckets") return { times, lines: eachAlone(family, lines) };
    return { times, lines: lines.toSorted((a, b) => lastOf(b) - lastOf(a)).slice(0, query.most) };
  }

  async #findLabels(startedAt: number): Promise<Readonly<Record<string, string>>> {
    if (Number.isNaN(startedAt)) throw new NoHistory("Nothing tells this exporter from others: set the labels it has.");
    const query = `process_start_time_seconds == ${startedAt}`;
    const [found] = await this.#ask("query", { query });
    if (found === undefined) throw new NoHistory("Prometheus does not scrape this exporter.");
    const { job = "", instance = "" } = found.metric;
    return { job, instance };
  }

  async #ask(path: string, parameters: Readonly<Record<string, string | number>>): Promise<readonly Series[]> {
    const url = new URL(`api/v1/${path}`, this.url);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    try {
      const response = await fetch(url, {
        // What is sent along is for this server alone.
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
        headers: this.#authorization === undefined ? {} : { authorization: this.#authorization },
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new NoHistory(`Prometheus answers with status ${response.status}.`);
      }
      const answer = JSON.parse(await textOf(response)) as { data: { result: readonly Series[] } };
      return answer.data.result;
    } catch (error) {
      if (error instanceof NoHistory) throw error;
      throw new NoHistory("Prometheus does not answer.", { cause: error });
    }
  }
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [time: number, value: string])[];
}

/** An address of Prometheus with a slash at its end. Throws an {@link ExporterError} if it is none. */
export function checkPrometheusUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    const remedy = "write it as in http://prometheus:9090, and user and password apart from it.";
    throw new ExporterError("invalid_argument", `The address of Prometheus is malformed: ${remedy}`);
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.origin + url.pathname;
}

/** The query for what a plot of a family shows: of many series those that were highest. */
function queryOf(
  family: FamilyHistory,
  { seconds, most }: WirePastQuery,
  matchers: readonly LabelMatcher[],
  range: string,
): string {
  const { name } = family;
  const kind = kindOf(family);
  if (kind === "buckets") return bucketRates(name, matchers, range);
  const query = promQl({ name, kind, matchers, range });
  if (kind === "mean") return query;
  const over = kind === "rate" ? "rate" : "max_over_time";
  return `${query} and topk(${most}, ${over}(${selector(name, matchers)}[${seconds}s] @ end()))`;
}

/** The rates of each bucket alone, in the order of the bounds, from those that have what is below in them. */
function eachAlone(family: FamilyHistory, lines: readonly WireLine[]): WireLine[] {
  const byBound = new Map(
    lines.map(({ labels, values }) => [Number(labels["le"]?.replace("Inf", "Infinity")), values]),
  );
  let below: readonly (number | null)[] = [];
  return bucketBounds(family.samples).map((bound) => {
    const upTo = byBound.get(bound) ?? [];
    const values = upTo.map((value, index) => (value === null ? null : Math.max(0, value - (below[index] ?? 0))));
    below = upTo;
    return { labels: { le: String(bound) }, values };
  });
}

/** The last number of a line. */
function lastOf({ values }: WireLine): number {
  return values.findLast((value) => value !== null) ?? -Infinity;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes > mostBytes) throw new NoHistory("Prometheus has too much to tell of this: choose by a label.");
  }
  return Buffer.concat(chunks).toString("utf8");
}
