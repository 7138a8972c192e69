import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
// From the entry, with which the default registry brings its metrics along.
import { register } from "../index.ts";
import { MetricsError } from "../metrics-error.ts";
import { Counter } from "../metrics/counter.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Aggregator } from "../parallel/aggregator.ts";
import { FamilyChanges } from "../parallel/family-changes.ts";
import { TimeSlice } from "../time-slice.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { Registry } from "../registry.ts";
import { noteCollected } from "./collected-here.ts";
import { createSocketPlace, listen, type SocketPlace, socketVariable, tokenVariable } from "./metrics-socket.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Settings of {@link collectWorkers}. */
export interface CollectWorkersOptions {
  /** The registry that exposes the metrics of all. Default: one of its own. */
  readonly registry?: Registry | undefined;
  /** Registries of this process whose metrics are merged with those of the workers. Default: the default registry. */
  readonly registers?: readonly Registry[] | undefined;
  /**
   * Where workers connect: the path of a Unix domain socket, or the name of a pipe on Windows. Only this user may. Default:
   * a socket in a temporary folder, whose path the workers find in their environment.
   */
  readonly path?: string | undefined;
  /**
   * What workers must know to be let in. Default: with a path, what `EXPORTERKIT_METRICS_TOKEN` says, if anything; else a
   * random one, which the workers find in their environment.
   */
  readonly token?: string | undefined;
  /** Seconds that a scrape waits for the workers. What one that takes longer told last stands in for it. Default: 1. */
  readonly timeoutSeconds?: number | undefined;
  /** How many workers there may be at a time; others are refused. Default: 1000. */
  readonly maxWorkers?: number | undefined;
  /** How many series a worker may have, in all its metrics together; one with more is refused. Default: 1,000,000. */
  readonly maxSeriesPerWorker?: number | undefined;
  /**
   * Seconds after which a counter's series is removed that only workers had that have ended. Default: never, so that no
   * total falls.
   */
  readonly forgetAfterSeconds?: number | undefined;
  /** Told of metrics that cannot be merged and of workers that are refused. Default: written to the console. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The metrics of workers while they are collected. */
export interface CollectedWorkers {
  /** Exposes the metrics of all processes as one. */
  readonly registry: Registry;
  /** Where workers connect. */
  readonly path: string;
  /** Collects no more: workers are cut off, and the registry no longer has their metrics. */
  close(): Promise<void>;
}

/**
 * Collects the metrics of the processes that call `reportMetrics()`, together with those of this one. Processes that this
 * one starts from now on, by `cluster.fork()` or otherwise, find the way in their environment. At a scrape the workers are
 * asked for what has changed, and their series are merged, see `aggregation` in the options of a metric.
 *
 * Does not keep the process running. Rejects if it cannot listen, and with a `MetricsError` if an option is wrong.
 */
export async function collectWorkers(options: CollectWorkersOptions = {}): Promise<CollectedWorkers> {
  const { registry = new Registry(), registers = [register], timeoutSeconds = 1 } = options;
  const onError = options.onError ?? reportOnConsole;
  checkOptions(options);
  if (registers.includes(registry)) {
    throw new MetricsError(
      "duplicate_metric",
      "The registry that exposes the metrics of all processes is one of registers too; give another as registry.",
    );
  }
  const place: SocketPlace = options.path === undefined ? createSocketPlace() : { path: options.path, remove() {} };
  const inherited = options.path === undefined ? randomUUID() : (process.env[tokenVariable] ?? "");
  const token = options.token ?? inherited;
  const aggregator = new Aggregator({ onError, forgetAfterSeconds: options.forgetAfterSeconds });
  const maxSeries = options.maxSeriesPerWorker ?? 1_000_000;
  const limits = { maxSeries, maxFamilies: 10_000, maxNumbers: 2 ** 22 + maxSeries * 32 };
  const maxWorkers = options.maxWorkers ?? 1000;
  const pool = new WorkerPool({ aggregator, token, limits, maxWorkers, onError });
  const server = createServer((socket) => pool.accept(socket));
  server.unref();
  // Those beyond maxWorkers are told why they are refused, as long as they are not too many.
  server.maxConnections = maxWorkers + 100;
  try {
    await listen(server, place.path);
  } catch (error) {
    place.remove();
    throw error;
  }
  server.on("error", onError);
  process.once("exit", place.remove);
  const forgetCollected = noteCollected(place.path, registers);
  const before = { [socketVariable]: process.env[socketVariable], [tokenVariable]: process.env[tokenVariable] };
  setEnvironment({ [socketVariable]: place.path, [tokenVariable]: token });

  const own = new OwnMetrics(pool, registers, timeoutSeconds, onError);
  const source = aggregator.join("primary", { maxSeries: Infinity, maxFamilies: Infinity, maxNumbers: Infinity });
  const changes = new FamilyChanges(onError);
  let updating: Promise<readonly RegistrableMetric[]> | undefined;
  const update = async (): Promise<readonly RegistrableMetric[]> => {
    const [families] = await Promise.all([own.registry.collect(), pool.ask(timeoutSeconds * 1000)]);
    own.update();
    const slice = new TimeSlice();
    for (const _ of changes.tell(families, source, true)) if (slice.isOver()) await slice.next();
    return aggregator.merge();
  };
  const collector = (): Promise<readonly RegistrableMetric[]> =>
    (updating ??= update().finally(() => (updating = undefined)));
  registry.registerCollector(collector);

  return {
    registry,
    path: place.path,
    async close() {
      registry.removeCollector(collector);
      forgetCollected();
      process.off("exit", place.remove);
      if (process.env[socketVariable] === place.path) setEnvironment(before);
      pool.close();
      await new Promise((resolve) => server.close(resolve));
      place.remove();
    },
  };
}

/** The metrics of the process that collects, with those that tell of the workers. */
class OwnMetrics {
  readonly registry: Registry;
  readonly #pool: WorkerPool;
  readonly #workers: Gauge<"state">;
  readonly #gone: Counter;

  constructor(
    pool: WorkerPool,
    registers: readonly Registry[],
    timeoutSeconds: number,
    onError: (error: unknown) => void,
  ) {
    this.#pool = pool;
    this.registry = Registry.merge(registers, { collectTimeoutSeconds: timeoutSeconds, onCollectError: onError });
    this.#workers = new Gauge({
      name: "exporterkit_workers",
      help: "Workers by whether they have answered this scrape: fresh, or silent, so that what they told last stands.",
      labelNames: ["state"],
      registers: [this.registry],
    });
    this.#gone = new Counter({
      name: "exporterkit_workers_gone_total",
      help: "Workers that have gone, whether they ended or were cut off.",
      registers: [this.registry],
    });
  }

  update(): void {
    for (const [state, count] of Object.entries(this.#pool.count())) this.#workers.set({ state }, count);
    this.#gone.setTotal(this.#pool.gone);
  }
}

function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function checkOptions(options: CollectWorkersOptions): void {
  for (const name of ["timeoutSeconds", "maxWorkers", "maxSeriesPerWorker", "forgetAfterSeconds"] as const) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === "number" && value > 0)) continue;
    throw new MetricsError("invalid_limit", `${name} is ${String(value)}; give a number above 0.`);
  }
}

function reportOnConsole(error: unknown): void {
  console.error("Metrics of workers:", error instanceof Error ? error.message : error);
}
