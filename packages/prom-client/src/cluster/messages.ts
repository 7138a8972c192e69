import type { MetricJson } from "../metric-aggregators.ts";

// What prom-client 15 sends, so that its workers answer to this primary and the other way round.

export const requestType = "prom-client:getMetricsReq";
export const responseType = "prom-client:getMetricsRes";

/** The primary asks a worker for its metrics. */
export interface MetricsRequest {
  readonly type: typeof requestType;
  readonly requestId: number;
}

/** A worker answers, with its metrics by registry or with what went wrong. */
export interface MetricsResponse {
  readonly type: typeof responseType;
  readonly requestId: number;
  readonly metrics?: readonly (readonly MetricJson[])[];
  readonly error?: string;
}

export function isRequest(message: unknown): message is MetricsRequest {
  return typeOf(message) === requestType;
}

export function isResponse(message: unknown): message is MetricsResponse {
  return typeOf(message) === responseType;
}

/** The program's own messages come the same way, and may be anything. */
function typeOf(message: unknown): unknown {
  return (message as { type?: unknown } | null | undefined)?.type;
}
