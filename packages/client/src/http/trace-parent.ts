import type { ExemplarLabels } from "../series/exemplars.ts";

const pattern = /^[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f](?<flags>[0-9a-f])(?:-|$)/;

/**
 * The trace that a request belongs to, by its `traceparent` header, where that trace is recorded.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceOf(traceparent: string | undefined): ExemplarLabels | undefined {
  const { trace, span, flags } = (traceparent !== undefined && pattern.exec(traceparent)?.groups) || {};
  const isSampled = flags !== undefined && (Number.parseInt(flags, 16) & 1) === 1;
  return isSampled && !/^0+$/.test(trace!) ? { trace_id: trace!, span_id: span! } : undefined;
}
