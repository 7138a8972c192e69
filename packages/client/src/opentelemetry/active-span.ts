import { trace, TraceFlags } from "@opentelemetry/api";
import type { ExemplarLabels } from "../series/exemplars.ts";

/**
 * The active span of OpenTelemetry as an exemplar, where it is sampled: `trace_id` and `span_id`. Give it to a counter or
 * histogram as `exemplars`.
 *
 * ```ts
 * import { activeSpan } from "@exporterkit/client/opentelemetry";
 *
 * const duration = new Histogram({ name: "job_duration_seconds", help: "Time a job took.", exemplars: activeSpan });
 * ```
 */
export function activeSpan(): ExemplarLabels | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || (context.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { trace_id: context.traceId, span_id: context.spanId };
}
