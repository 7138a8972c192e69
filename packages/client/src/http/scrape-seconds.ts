const defaultSeconds = 10;
const maximumSeconds = 120;

/**
 * How long a scrape may take, by its `X-Prometheus-Scrape-Timeout-Seconds` header: what Prometheus says it will wait, less
 * `offsetSeconds` for the answer on its way, but at least half of it and at most 120 seconds; 10 seconds where nothing, or
 * nothing usable, is said.
 */
export function scrapeSeconds(header: string | undefined, offsetSeconds = 0.5): number {
  const timeout = header === undefined || header === "" ? NaN : Number(header);
  if (!(timeout > 0)) return defaultSeconds;
  return Math.min(Math.max(timeout - offsetSeconds, timeout / 2), maximumSeconds);
}
