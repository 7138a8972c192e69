import type { MetricJson } from "../metric-aggregators.ts";
import { isRequest, type MetricsResponse, responseType } from "./messages.ts";

interface MetricsSource {
  getMetricsAsJSON(): Promise<unknown[]>;
}

/** Has this worker answer the primary's requests with the metrics of what `registries` gives at that time. */
export function answerRequests(registries: () => readonly MetricsSource[]): void {
  process.on("message", (message: unknown) => {
    if (isRequest(message)) void answer(message.requestId, registries());
  });
}

async function answer(requestId: number, registries: readonly MetricsSource[]): Promise<void> {
  try {
    const metrics = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
    respond({ type: responseType, requestId, metrics: metrics as MetricJson[][] });
  } catch (error) {
    respond({ type: responseType, requestId, error: error instanceof Error ? error.message : String(error) });
  }
}

function respond(response: MetricsResponse): void {
  // The primary may have gone while the metrics were collected; a failure that nobody hears would end the worker.
  if (process.connected) process.send?.(response, undefined, undefined, () => {});
}
