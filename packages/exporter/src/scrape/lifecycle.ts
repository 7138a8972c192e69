import type { Collector } from "./collector.ts";

/**
 * Starts the collectors, one after the other, and resolves to what stops them, in the opposite order. Rejects, having
 * stopped those that had started, if one does not start.
 */
export async function startCollectors(collectors: readonly Collector[]): Promise<() => Promise<void>> {
  const started: Collector[] = [];
  const stop = async (): Promise<void> => {
    const results = await Promise.allSettled(started.toReversed().map(async (collector) => collector.stop?.()));
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  };
  try {
    for (const collector of collectors) {
      await collector.start?.();
      started.push(collector);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
