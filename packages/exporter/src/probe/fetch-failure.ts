import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Target } from "./target.ts";

/** What a failure of undici comes from, which it hides in causes. */
export function failureOf(target: Target, error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && !(cause instanceof ExporterError) && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof ExporterError) return cause;
  const causes = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  return failed(target, causes.map((each) => messageOf(each)).join(", "));
}

/** The error of a request that came to nothing. */
export function failed({ shown }: Target, reason: string): ExporterError {
  return new ExporterError("fetch_failed", `Fetching ${shown} failed: ${reason}.`);
}
