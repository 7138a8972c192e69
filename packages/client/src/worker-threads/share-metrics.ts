import { randomUUID } from "node:crypto";
import { threadId } from "node:worker_threads";
import { register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import type { Registry } from "../registry.ts";
import { Inbox, send } from "./inbox.ts";
import type { CollectorMessage, Sharer, SharerMessage } from "./messages.ts";
import { MetricsSharing } from "./metrics-sharing.ts";
import { ancestors, watchThreadEnds } from "./thread-ends.ts";

/** Settings of {@link shareMetrics}. */
export interface ShareMetricsOptions {
  /** The registries whose metrics are shared. Default: the default registry. */
  readonly registers?: readonly Registry[] | undefined;
  /** What stands in the label `worker` of metrics with `aggregation: "perWorker"`. Default: the lowest number that is free. */
  readonly worker?: string | undefined;
  /** The group of those who collect: `collectThreads()` with the same. Default: `default`. */
  readonly group?: string | undefined;
  /**
   * Seconds between two calls of the metrics' `collect` and of collectors, which no scrape calls in this thread. Default: 5;
   * 0 for none but those that {@link SharedMetrics.update} makes.
   */
  readonly collectSeconds?: number | undefined;
  /**
   * How much memory the shared columns may take, in bytes. A metric that needs more goes on in this thread alone, so that
   * what it counts from then on is not collected. Default: 256 MiB.
   */
  readonly maxBytes?: number | undefined;
  /** Told of what is left out. Default: written to the console. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The metrics of a thread while they are shared. */
export interface SharedMetrics {
  /** Calls the metrics' `collect` and the collectors now. */
  update(): Promise<void>;
  /** Shares no more, as if the thread had ended. Calling it again does nothing. */
  stop(): void;
}

/**
 * Puts the numbers of this thread's metrics, those that are there and those that come, into shared memory, where the thread
 * that calls `collectThreads()` reads them: nothing is sent at a scrape, and a thread that is busy, or has been killed, is read
 * as well. Does not keep the thread running.
 */
export function shareMetrics(options: ShareMetricsOptions = {}): SharedMetrics {
  const { registers = [register], group = "default", collectSeconds = 5, maxBytes = 2 ** 28 } = options;
  for (const [name, value] of Object.entries({ collectSeconds, maxBytes })) {
    if (typeof value === "number" && value >= 0) continue;
    throw new MetricsError("invalid_limit", `${name} is ${String(value)}; give 0 or a number above it.`);
  }
  const sharer: Sharer = { id: randomUUID(), thread: threadId, ancestors: ancestors(), worker: options.worker };
  const onError = options.onError ?? reportOnConsole;
  const tell = (...messages: CollectorMessage[]): void => {
    try {
      send("collector", group, ...messages);
    } catch (error) {
      // Whoever counts must not be told.
      onError(error);
    }
  };
  const sharing = new MetricsSharing({ sharer, registers, maxBytes, tell, onError });
  const inbox = new Inbox<SharerMessage>("sharer", group, () => sharing.tellAll());
  const endWatch = watchThreadEnds((thread) => tell({ kind: "ended", thread }));
  let timer: NodeJS.Timeout | undefined;
  if (collectSeconds > 0) {
    timer = setInterval(() => void sharing.update(), Math.min(collectSeconds * 1000, 2 ** 31 - 1)).unref();
    void sharing.update();
  }
  return {
    update: () => sharing.update(),
    stop() {
      clearInterval(timer);
      inbox.close();
      endWatch();
      sharing.stop();
    },
  };
}

function reportOnConsole(error: unknown): void {
  console.error("Metrics of threads:", error instanceof Error ? error.message : error);
}
