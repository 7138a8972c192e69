import { threadId, type Worker } from "node:worker_threads";
import { register } from "../default-registry.ts";
import { MetricsError } from "../metrics-error.ts";
import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Aggregator } from "../parallel/aggregator.ts";
import { FamilyChanges } from "../parallel/family-changes.ts";
import { TimeSlice } from "../time-slice.ts";
import type { Source } from "../parallel/source.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { Registry } from "../registry.ts";
import { Inbox, send } from "./inbox.ts";
import type { CollectorMessage, SharerMessage } from "./messages.ts";
import { numbersOf } from "./number-family.ts";
import { ThreadPool } from "./thread-pool.ts";
import { watchThread, watchThreadEnds } from "./thread-ends.ts";

/** Settings of {@link collectThreads}. */
export interface CollectThreadsOptions {
  /** The registry that exposes the metrics of all. Default: one of its own. */
  readonly registry?: Registry | undefined;
  /** Registries of this thread whose metrics are merged with those of the others. Default: the default registry. */
  readonly registers?: readonly Registry[] | undefined;
  /** The group of those who share: `shareMetrics()` with the same. Default: `default`. */
  readonly group?: string | undefined;
  /**
   * Seconds after which a counter's series is removed that only threads had that have ended. Default: never, so that no
   * total falls.
   */
  readonly forgetAfterSeconds?: number | undefined;
  /** Told of metrics that cannot be merged. Default: written to the console. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The metrics of threads while they are collected. */
export interface CollectedThreads {
  /** Exposes the metrics of all threads as one. */
  readonly registry: Registry;
  /** Watches for the end of a thread that was started before; those that this thread starts from now on are watched anyway. */
  add(worker: Worker): void;
  /** Collects no more: the registry no longer has the metrics of the threads. */
  close(): void;
}

/**
 * Collects the metrics of the threads that call `shareMetrics()`, together with those of this one. At a scrape they are read
 * from shared memory, whatever the threads are at, and merged, see `aggregation` in the options of a metric. What a thread that
 * has ended counted is kept.
 *
 * Call it before the threads are started: of a thread that has started before, the end is not seen unless it is added. Does
 * not keep the thread running.
 */
export function collectThreads(options: CollectThreadsOptions = {}): CollectedThreads {
  const { registry = new Registry(), registers = [register], group = "default", forgetAfterSeconds } = options;
  const onError = options.onError ?? reportOnConsole;
  if (registers.includes(registry)) {
    throw new MetricsError(
      "duplicate_metric",
      "The registry that exposes the metrics of all threads is one of registers too; give another as registry.",
    );
  }
  if (forgetAfterSeconds !== undefined && !(forgetAfterSeconds > 0)) {
    throw new MetricsError("invalid_limit", `forgetAfterSeconds is ${forgetAfterSeconds}; give a number above 0.`);
  }
  const aggregator = new Aggregator({ onError, forgetAfterSeconds });
  const own = new OwnMetrics(registers, aggregator.join("main", unlimited), onError);
  const pool = new ThreadPool(aggregator, onError);
  const inbox = new Inbox<CollectorMessage>("collector", group, (message) => {
    // What this thread shares itself is merged already.
    if (message.kind !== "ended" && message.sharer.thread === threadId) return;
    pool.receive(message);
    if (message.kind === "left" || message.kind === "ended") void settle();
  });

  // One reads at a time.
  let reading: Promise<void> = Promise.resolve();
  const inTurn = (read: () => Promise<void>): Promise<void> => (reading = reading.then(read).catch(onError));
  let unmerged = 0;
  const settle = (): Promise<void> =>
    inTurn(async () => {
      unmerged += await pool.settle(new TimeSlice());
      // Where nobody scrapes, what those that have ended leave to a scrape would be ever more.
      if (unmerged < mostUnmerged) return;
      unmerged = 0;
      await aggregator.merge();
    });
  let isClosed = false;
  const ended = (thread: number): void => {
    if (isClosed) return;
    inbox.drain();
    pool.receive({ kind: "ended", thread });
    void settle();
  };
  const endWatch = watchThreadEnds(ended);

  let updating: Promise<readonly RegistrableMetric[]> | undefined;
  const update = async (): Promise<readonly RegistrableMetric[]> => {
    if (!isClosed) inbox.drain();
    await Promise.all([own.take(pool), inTurn(() => pool.take(new TimeSlice()))]);
    unmerged = 0;
    return aggregator.merge();
  };
  const collector = (): Promise<readonly RegistrableMetric[]> =>
    (updating ??= update().finally(() => (updating = undefined)));
  registry.registerCollector(collector);
  send("sharer", group, { kind: "collecting" } satisfies SharerMessage);

  return {
    registry,
    add: (worker) => watchThread(worker, ended),
    close() {
      isClosed = true;
      registry.removeCollector(collector);
      endWatch();
      inbox.close();
    },
  };
}

const unlimited = { maxSeries: Infinity, maxFamilies: Infinity, maxNumbers: Infinity };

/** How many threads may end between two scrapes before the merged families are settled without one. */
const mostUnmerged = 32;

/** The metrics of the thread that collects, with those that tell of the others. */
class OwnMetrics {
  readonly #registry: Registry;
  readonly #source: Source;
  readonly #changes: FamilyChanges;
  readonly #threads: Gauge;
  readonly #ended: Counter;

  constructor(registers: readonly Registry[], source: Source, onError: (error: unknown) => void) {
    this.#registry = Registry.merge(registers, { onCollectError: onError });
    this.#source = source;
    this.#changes = new FamilyChanges(onError);
    this.#threads = new Gauge({
      name: "exporterkit_threads",
      help: "Threads whose metrics are collected beside those of the thread that collects.",
      registers: [this.#registry],
    });
    this.#ended = new Counter({
      name: "exporterkit_threads_ended_total",
      help: "Threads that have ended, or shared their metrics no more.",
      registers: [this.#registry],
    });
  }

  async take({ size, gone }: ThreadPool): Promise<void> {
    this.#threads.set(size);
    this.#ended.setTotal(gone);
    const families = await this.#registry.collect();
    const slice = new TimeSlice();
    const numbers = families.map((family) => numbersOf(family));
    for (const _ of this.#changes.tell(numbers, this.#source, true)) if (slice.isOver()) await slice.next();
  }
}

function reportOnConsole(error: unknown): void {
  console.error("Metrics of threads:", error instanceof Error ? error.message : error);
}
