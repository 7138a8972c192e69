import type { IncomingMessage, ServerResponse } from "node:http";

const defaultSeconds = 10;
const maximumSeconds = 120;
const offsetSeconds = 0.5;

/**
 * How long a scrape may take: what Prometheus says it will wait, less what the answer needs on its way; 10 seconds where
 * nothing, or nothing usable, is said.
 */
export function scrapeSeconds(header: string | string[] | undefined): number {
  const timeout = typeof header === "string" && header !== "" ? Number(header) : NaN;
  if (!(timeout > 0)) return defaultSeconds;
  return Math.min(Math.max(timeout - offsetSeconds, timeout / 2), maximumSeconds);
}

/** How long a scrape may take, and a signal that aborts when that time is up or its client has gone. */
export function scrapeDeadline(
  request: IncomingMessage,
  response: ServerResponse,
): { seconds: number; signal: AbortSignal } {
  const seconds = scrapeSeconds(request.headers["x-prometheus-scrape-timeout-seconds"]);
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`not done within the scrape's ${seconds} s`)),
    seconds * 1000,
  );
  response.once("close", () => {
    clearTimeout(timer);
    controller.abort(new Error("the client closed the connection"));
  });
  return { seconds, signal: controller.signal };
}
