import { ExporterError } from "../../exporter-error.ts";
import { Secret } from "../../config/secret.ts";
import { isRecord } from "./is-record.ts";

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

const timeoutMs = 10_000;
const mostBytes = 8_000_000;
/** How long the labels that were found stay the same: Prometheus may be configured anew meanwhile. */
const freshMs = 60_000;

/** Prometheus has no answer; the message says why, in words that anybody may read. */
export class NoHistory extends Error {}

/** A series as Prometheus tells it. */
export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [time: number, value: string])[];
  readonly histograms?: readonly (readonly [time: number, histogram: PrometheusHistogram])[];
}

/** A native histogram as Prometheus tells it. */
export interface PrometheusHistogram {
  readonly buckets?: readonly (readonly [boundaries: number, lower: string, upper: string, count: string])[];
}

/** Asks Prometheus, and knows the labels that this exporter's series have there. */
export class PrometheusClient {
  /** Where people find it. */
  readonly url: string;
  readonly #authorization: string | undefined;
  #labels: Readonly<Record<string, string>> | undefined;
  /** When they are to be looked for again, by `performance.now()`. */
  #findAt = -Infinity;

  /** Throws an {@link ExporterError} if the address is none. */
  constructor({ url, username, password, labels }: PrometheusOptions) {
    this.url = checkPrometheusUrl(url);
    this.#labels = labels;
    if (labels !== undefined) this.#findAt = Infinity;
    const secret = password instanceof Secret ? password.reveal() : (password ?? "");
    if (username !== undefined) {
      this.#authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`;
    } else if (secret !== "") this.#authorization = `Bearer ${secret}`;
  }

  /**
   * The labels of this exporter's series. `startedAt` is what `process_start_time_seconds` says. Rejects with
   * {@link NoHistory}.
   */
  async ownLabels(startedAt: number): Promise<Readonly<Record<string, string>>> {
    if (performance.now() < this.#findAt) return this.#labels!;
    const before = this.#labels;
    if (before !== undefined) this.#findAt = performance.now() + freshMs;
    try {
      this.#labels = await this.#findLabels(startedAt);
      this.#findAt = performance.now() + freshMs;
      return this.#labels;
    } catch (error) {
      // What was scraped so far has those that are known.
      if (before === undefined) throw error;
      return before;
    }
  }

  async #findLabels(startedAt: number): Promise<Readonly<Record<string, string>>> {
    if (Number.isNaN(startedAt)) throw new NoHistory("Nothing tells this exporter from others: set the labels it has.");
    const [found] = await this.query("query", { query: `process_start_time_seconds == ${startedAt}` });
    if (found === undefined) throw new NoHistory("Prometheus does not scrape this exporter.");
    const { job = "", instance = "" } = found.metric;
    return { job, instance };
  }

  /** The series that a query results in. Rejects with {@link NoHistory}. */
  async query(
    path: "query" | "query_range",
    parameters: Readonly<Record<string, string | number>>,
  ): Promise<readonly PrometheusSeries[]> {
    const data = await this.#ask(path, parameters);
    const series = isRecord(data) ? data["result"] : undefined;
    return checked(series, (each): each is PrometheusSeries => isRecord(each) && isRecord(each["metric"]));
  }

  /** The names or values that its interface has at a path. Rejects with {@link NoHistory}. */
  async texts(path: string, parameters: Readonly<Record<string, string | number>>): Promise<readonly string[]> {
    return checked(await this.#ask(path, parameters), (each) => typeof each === "string");
  }

  async #ask(path: string, parameters: Readonly<Record<string, string | number>>): Promise<unknown> {
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
      const answer: unknown = JSON.parse(await textOf(response));
      return isRecord(answer) ? answer["data"] : undefined;
    } catch (error) {
      if (error instanceof NoHistory) throw error;
      throw new NoHistory("Prometheus does not answer.", { cause: error });
    }
  }
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

/** A list of what Prometheus tells. Throws {@link NoHistory} where it is none, as something else in its place may answer. */
function checked<T>(list: unknown, isOne: (item: unknown) => item is T): readonly T[] {
  if (Array.isArray(list) && list.every(isOne)) return list;
  throw new NoHistory("What answers at the address of Prometheus is something else.");
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
