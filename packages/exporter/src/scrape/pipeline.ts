import { Registry } from "@exporterkit/client";
import type { Logger } from "../logger.ts";
import type { Collector } from "./collector.ts";
import { Scrape } from "./scrape.ts";

/**
 * Runs every collector at once, each until `signal` aborts at the latest, and returns what they collected, the metrics of
 * `base` and how each collector fared. Throws if there are collectors and not one of them succeeded.
 */
export async function collect(
  collectors: readonly Collector[],
  base: Registry,
  signal: AbortSignal,
  logger: Logger,
): Promise<Registry> {
  const results = await Promise.all(collectors.map((collector) => run(collector, signal)));
  const own = new Scrape(signal);
  const success = own.gauge({
    name: "exporterkit_collector_success",
    help: "Whether the collector succeeded in this scrape.",
    labelNames: ["collector"],
  });
  const duration = own.gauge({
    name: "exporterkit_collector_duration_seconds",
    help: "Time that the collector took in this scrape, in seconds.",
    labelNames: ["collector"],
  });

  let collected = Registry.merge([base, own.registry]);
  let failures = 0;
  for (const { collector, registry, error, seconds } of results) {
    duration.set({ collector }, seconds);
    try {
      if (registry === undefined) throw error;
      collected = Registry.merge([collected, registry]);
      success.set({ collector }, 1);
    } catch (failure) {
      failures++;
      success.set({ collector }, 0);
      logger.error(
        { collector, error: failure instanceof Error ? failure.message : String(failure) },
        "collector failed",
      );
    }
  }
  if (failures > 0 && failures === collectors.length) throw new Error("every collector failed");
  return collected;
}

/** What became of one collector: a registry, or the error that stands in its place. */
interface Result {
  readonly collector: string;
  readonly seconds: number;
  readonly registry?: Registry;
  readonly error?: unknown;
}

async function run(collector: Collector, signal: AbortSignal): Promise<Result> {
  const scrape = new Scrape(signal);
  const start = performance.now();
  const outcome = await unlessAborted(signal, async () => collector.collect(scrape)).then(
    () => ({ registry: scrape.registry }),
    (error: unknown) => ({ error }),
  );
  return { collector: collector.name, seconds: (performance.now() - start) / 1000, ...outcome };
}

/** What `work` resolves to, or a rejection as soon as `signal` aborts. */
function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
