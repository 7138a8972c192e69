/** As much as is needed of what `@opentelemetry/api` shares with every copy of itself in the process. */
interface OpenTelemetry {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } };
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

// Where `@opentelemetry/api` 1 keeps them. So it need not be installed where nobody traces.
const shared = Symbol.for("opentelemetry.js.api.1");
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");

/** The active span of OpenTelemetry as the labels of an exemplar; no labels where there is none. */
export function activeSpanLabels(): Record<string, string> {
  const openTelemetry = (globalThis as { [shared]?: OpenTelemetry })[shared];
  const span = openTelemetry?.context?.active().getValue(spanKey);
  if (span === undefined) return {};
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}
