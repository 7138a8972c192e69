import type { Registry } from "@exporterkit/client";
import { checkCollector, type Collector } from "../scrape/collector.ts";
import { CollectorRunner } from "../scrape/collector-runner.ts";

/** A scrape as a test makes it. */
export interface TestScrape {
  /** Seconds after which `scrape.signal` aborts. Default: 10. */
  readonly timeoutSeconds?: number | undefined;
  /** Whether only the live page asks, so that callbacks of `scrape.onExposed` are not called. Default: false. */
  readonly isSample?: boolean | undefined;
}

/** A collector that was started, as an exporter does it. */
export interface StartedCollector {
  /** What it collects, in a registry of its own. Rejects with what it throws, or where it is not done in time. */
  scrape(scrape?: TestScrape): Promise<Registry>;
  /** Stops it. */
  stop(): Promise<void>;
}

/** Starts a collector without an exporter. Rejects if it is not well-formed or does not start. */
export async function startCollector(collector: Collector): Promise<StartedCollector> {
  checkCollector(collector);
  await collector.start?.();
  const runner = new CollectorRunner(collector);
  return {
    async scrape({ timeoutSeconds = 10, isSample = false } = {}) {
      const deadline = new AbortController();
      const dueAt = performance.now() + timeoutSeconds * 1000;
      const late = new Error(`collector "${collector.name}": not done within ${timeoutSeconds} s`);
      const timer = setTimeout(() => deadline.abort(late), timeoutSeconds * 1000);
      try {
        const { registry, exposed } = await runner.collect(deadline.signal, undefined, dueAt);
        if (!isSample) exposed();
        return registry;
      } finally {
        clearTimeout(timer);
      }
    },
    async stop() {
      await collector.stop?.();
    },
  };
}

/**
 * What a collector collects in one scrape, from its start to its stop.
 *
 * ```ts
 * const registry = await collectOnce(queueCollector(fakeQueue));
 * await compareExposition(registry, "queue_jobs 3"); // of @exporterkit/client/testing
 * ```
 *
 * Rejects with what the collector throws, or where it is not done in time.
 */
export async function collectOnce(collector: Collector, scrape?: TestScrape): Promise<Registry> {
  const started = await startCollector(collector);
  try {
    return await started.scrape(scrape);
  } finally {
    await started.stop();
  }
}
