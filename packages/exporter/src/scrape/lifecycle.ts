import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Collector } from "./collector.ts";
import { Late, within } from "./within.ts";

/** How long a collector may take to start: what waits for it, such as a reload, must not wait for ever. */
const startSeconds = 60;
/** How long one may take to stop. */
const stopSeconds = 10;

/**
 * Starts the collectors, one after the other, and resolves to what stops them, in the opposite order. Rejects, having
 * stopped those that had started, if one does not start.
 */
export async function startCollectors(collectors: readonly Collector[]): Promise<() => Promise<void>> {
  const started: Collector[] = [];
  const stop = async (): Promise<void> => {
    const results = await Promise.allSettled(started.toReversed().map(end));
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  };
  try {
    for (const collector of collectors) {
      await begin(collector);
      started.push(collector);
    }
  } catch (error) {
    // Why they are stopped matters more than how that goes.
    await stop().catch(() => {});
    throw error;
  }
  return stop;
}

async function begin(collector: Collector): Promise<void> {
  const starting = (async () => collector.start?.())();
  try {
    await within(starting, startSeconds);
  } catch (error) {
    if (error instanceof Late) void starting.then(() => collector.stop?.()).catch(() => {});
    if (error instanceof ExporterError) throw error;
    throw new ExporterError("start_failed", `Collector "${collector.name}" does not start: ${messageOf(error)}`);
  }
}

async function end(collector: Collector): Promise<void> {
  try {
    await within((async () => collector.stop?.())(), stopSeconds);
  } catch (error) {
    throw new Error(`collector "${collector.name}" does not stop: ${messageOf(error)}`, { cause: error });
  }
}
