import type { FailureLog, FailureSource } from "../../scrape/failure-log.ts";
import type { Failure, OutcomeLabels } from "./expose-outcomes.ts";
import type { RequestOutcome } from "./json-api.ts";

/** Logs what failed and what works again, by request and metric. */
export function reportFailures(
  failures: readonly Failure[],
  outcomes: readonly RequestOutcome[],
  { target, module }: Pick<OutcomeLabels, "target" | "module">,
  log: FailureLog,
): void {
  const sourceOf = (request: string, metric: string | undefined): FailureSource => ({
    what: metric === undefined ? "request" : "metric",
    fields: { target, module, request, ...(metric !== undefined && { metric }) },
  });
  const failed = new Set<string>();
  for (const { request, metric, error } of failures) {
    const source = sourceOf(request, metric);
    const key = JSON.stringify(source.fields);
    failed.add(key);
    log.failed(key, error, source);
  }
  for (const { request, error, metrics } of outcomes) {
    // Of the metrics of a request that failed nothing new is known.
    const names = error === undefined ? [undefined, ...metrics.map(({ config }) => config.name)] : [];
    for (const name of names) {
      const source = sourceOf(request, name);
      const key = JSON.stringify(source.fields);
      if (!failed.has(key)) log.succeeded(key, source);
    }
  }
}
