/** One series of an answer. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the Unix epoch, and the value then. */
  readonly points: readonly (readonly [number, number])[];
}

/** What is asked, and over which time. */
export interface RangeQuery {
  /** PromQL. */
  readonly query: string;
  /** Seconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  /** Seconds from one point to the next; Prometheus answers 11,000 points at most. */
  readonly step: number;
}

interface ApiAnswer {
  readonly status: "success" | "error";
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { metric: Record<string, string>; values?: readonly (readonly [number, string])[] }[];
  };
}

/**
 * Asks a range query of Prometheus at `url`, such as `http://localhost:9090`. Rejects with what Prometheus says is wrong, and
 * where it does not answer within `timeoutSeconds`, by default 10.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export async function queryRange(url: string, asked: RangeQuery, timeoutSeconds = 10): Promise<Series[]> {
  const { query, start, end, step } = asked;
  // In the body, since queries may be longer than a URL may be.
  const response = await fetch(new URL("api/v1/query_range", url.endsWith("/") ? url : `${url}/`), {
    method: "POST",
    body: new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) }),
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (!isJson) throw new Error(`${url} answers ${response.status}, and no JSON: is it Prometheus?`);
  const { status, error, data } = (await response.json()) as ApiAnswer;
  if (status !== "success" || data === undefined) throw new Error(`Prometheus cannot answer ${query}: ${error}`);
  return data.result.map(({ metric, values = [] }) => ({
    labels: metric,
    points: values.map(([time, value]) => [time, numberOf(value)] as const),
  }));
}

/** A value as the API writes it. */
function numberOf(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}
