import { timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import type { Aggregator } from "../parallel/aggregator.ts";
import { lowestFree } from "../parallel/lowest-free.ts";
import { TimeSlice } from "../time-slice.ts";
import type { Source, SourceLimits } from "../parallel/source.ts";
import { type ConnectionEvents, type Hello, WorkerConnection } from "./worker-connection.ts";

/** How a {@link WorkerPool} behaves. */
export interface WorkerPoolOptions {
  readonly aggregator: Aggregator;
  /** What a worker has to know. */
  readonly token: string;
  readonly limits: SourceLimits;
  readonly maxWorkers: number;
  /** Told of workers that were refused. */
  readonly onError: (error: Error) => void;
}

/** A worker that is cut off, and may come back. */
interface CutOff {
  readonly source: Source;
  readonly sinceMilliseconds: number;
}

// What a worker counted is known this long after it was cut off, so that it is not counted twice.
const returnMilliseconds = 60_000;
const mostCutOff = 64;
const longestWorkerName = 100;

/** The workers that are connected. */
export class WorkerPool {
  /** How many have gone. */
  gone = 0;
  readonly #options: WorkerPoolOptions;
  readonly #connections = new Set<WorkerConnection>();
  readonly #readable = new Set<WorkerConnection>();
  readonly #cutOff = new Map<string, CutOff>();
  #isHandling = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Takes a connection that was made. */
  accept(socket: Socket): void {
    const events: ConnectionEvents = {
      admit: (connection, hello) => this.#admit(connection, hello),
      readable: (connection) => {
        this.#readable.add(connection);
        if (!this.#isHandling) void this.#handle();
      },
      closed: (connection, error) => this.#closed(connection, error),
    };
    this.#connections.add(new WorkerConnection(socket, events));
  }

  /** Asks every worker for what has changed. Resolves when all have answered, or after some time. */
  async ask(milliseconds: number): Promise<void> {
    const connections = [...this.#connections];
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
    await Promise.race([Promise.all(connections.map((connection) => connection.ask())), timeout]);
    clearTimeout(timer);
    for (const connection of connections) connection.stopWaiting();
    this.#forgetCutOff();
  }

  /** How many workers have answered the last request, and how many not. */
  count(): { fresh: number; silent: number } {
    const workers = [...this.#connections].filter(({ source }) => source !== undefined);
    const fresh = workers.filter(({ isFresh }) => isFresh).length;
    return { fresh, silent: workers.length - fresh };
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Handles what the workers tell, frame by frame and worker by worker, in slices. */
  async #handle(): Promise<void> {
    this.#isHandling = true;
    const slice = new TimeSlice();
    // Whoever read the bytes has had its share of this turn of the event loop.
    await slice.next();
    while (this.#readable.size > 0) {
      for (const connection of this.#readable) {
        if (!connection.handleNext()) this.#readable.delete(connection);
        if (slice.isOver()) await slice.next();
      }
    }
    this.#isHandling = false;
  }

  #admit(connection: WorkerConnection, hello: Hello): Source {
    const { token, maxWorkers, aggregator, limits } = this.#options;
    if (!isEqual(hello.token, token)) throw new Error("A worker has another token.");
    if (hello.instance === "" || hello.worker.length > longestWorkerName)
      throw new Error("A worker's name is not usable.");
    // Where the end of its last connection is not known yet.
    for (const other of this.#connections) {
      if (other !== connection && other.instance === hello.instance) other.close();
    }
    const present = [...this.#connections].flatMap(({ source }) => source ?? []);
    if (present.length >= maxWorkers) throw new Error(`There are ${maxWorkers} workers already, which is maxWorkers.`);
    const workers = new Set(present.map(({ worker }) => worker));
    const earlier = this.#cutOff.get(hello.instance)?.source;
    this.#cutOff.delete(hello.instance);
    const usual = earlier !== undefined && !workers.has(earlier.worker) ? earlier.worker : lowestFree(workers);
    const source = aggregator.join(hello.worker || usual, limits);
    if (earlier !== undefined) source.resume(earlier);
    return source;
  }

  #closed(connection: WorkerConnection, error: Error | undefined): void {
    this.#connections.delete(connection);
    if (error !== undefined) this.#options.onError(error);
    if (connection.source === undefined) return;
    this.gone++;
    if (connection.hasLeft) return;
    this.#cutOff.set(connection.instance, { source: connection.source, sinceMilliseconds: performance.now() });
    this.#forgetCutOff();
  }

  #forgetCutOff(): void {
    for (const [instance, { sinceMilliseconds }] of this.#cutOff) {
      const isOver = this.#cutOff.size > mostCutOff || performance.now() - sinceMilliseconds > returnMilliseconds;
      if (!isOver) return;
      this.#cutOff.delete(instance);
    }
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
