import { type ExpositionCache, Registry } from "@exporterkit/client";
import type { Collector } from "./collector.ts";
import { Scrape } from "./scrape.ts";

/** What limits a scrape, and who hears of its failures. */
export interface ScrapeContext {
  /** Aborts when that time is up, or nobody waits any more. */
  readonly signal: AbortSignal;
  /** Told what failed: a collector, or a metric of the exporter itself. */
  readonly report: (source: string, error: unknown) => void;
  /** What is kept of the exposition of one scrape for the next. */
  readonly cache: ExpositionCache;
}

/**
 * Runs every collector at once, each until the signal aborts at the latest, and returns what they collected, the metrics of
 * `base` and how each collector fared. Throws if there are collectors and not one of them succeeded.
 */
export async function collect(
  collectors: readonly Collector[],
  base: Registry,
  { signal, report, cache }: ScrapeContext,
): Promise<Registry> {
  const results = await Promise.all(collectors.map((collector) => run(collector, signal)));
  const fared = new Scrape(signal);
  const success = fared.gauge({
    name: "exporterkit_collector_success",
    help: "Whether the collector succeeded in this scrape.",
    labelNames: ["collector"],
  });
  const duration = fared.gauge({
    name: "exporterkit_collector_duration_seconds",
    help: "Time that the collector took in this scrape, in seconds.",
    unit: "seconds",
    labelNames: ["collector"],
  });

  const collected = Registry.merge([base, fared.registry], {
    onCollectError: (error, source) => report(source, error),
    cache,
  });
  let failures = 0;
  for (const { collector, registry, error, seconds: took } of results) {
    duration.set({ collector }, took);
    try {
      if (registry === undefined) throw error;
      addAll(collected, registry);
      success.set({ collector }, 1);
    } catch (failure) {
      failures++;
      success.set({ collector }, 0);
      report(collector, failure);
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

/** Adds all metrics of one registry to another, or none if one of them has a name that is taken. */
function addAll(to: Registry, from: Registry): void {
  const added: string[] = [];
  try {
    for (const metric of from.getMetricsAsArray()) {
      to.registerMetric(metric);
      added.push(metric.name);
    }
  } catch (error) {
    for (const name of added) to.removeSingleMetric(name);
    throw error;
  }
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
