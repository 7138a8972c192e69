import type { Cluster, Worker } from "node:cluster";
import type { MetricJson } from "../metric-aggregators.ts";
import { isResponse, type MetricsResponse, requestType } from "./messages.ts";

const timeoutMilliseconds = 5000;

/** A request to the workers of the cluster that is under way. */
interface Pending {
  /** The ids of those that have not answered. */
  readonly workers: Set<number>;
  /** The metrics of those that have, by registry. */
  readonly metrics: (readonly MetricJson[])[];
  readonly resolve: (metrics: readonly (readonly MetricJson[])[]) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the workers of a cluster for their metrics. */
export class WorkerRequests {
  readonly #cluster: Cluster;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.on("message", (worker, message: unknown) => {
      if (isResponse(message)) this.#receive(worker, message);
    });
    cluster.on("disconnect", (worker) => {
      for (const id of this.#pending.keys()) this.#settle(id, worker);
    });
  }

  /**
   * The metrics of every worker that is connected, by registry; undefined if none is. Rejects if one answers with an
   * error, or not within 5 seconds. A worker that ends before it has answered is left out.
   */
  async ask(): Promise<readonly (readonly MetricJson[])[] | undefined> {
    const requestId = this.#nextId++;
    const workers = Object.values(this.#cluster.workers ?? {}).filter((worker) => worker?.isConnected()) as Worker[];
    if (workers.length === 0) return undefined;
    const answered = new Promise<readonly (readonly MetricJson[])[]>((resolve, reject) => {
      const ids = new Set(workers.map(({ id }) => id));
      this.#pending.set(requestId, { workers: ids, metrics: [], resolve, reject });
    });
    const timeout = setTimeout(() => this.#fail(requestId, "Operation timed out."), timeoutMilliseconds);
    for (const worker of workers) {
      // With nobody to tell, the failure would end the process.
      worker.send({ type: requestType, requestId }, (error) => {
        if (error !== null) this.#settle(requestId, worker);
      });
    }
    try {
      return await answered;
    } finally {
      clearTimeout(timeout);
    }
  }

  #receive(worker: Worker, { requestId, metrics, error }: MetricsResponse): void {
    if (!this.#pending.get(requestId)?.workers.has(worker.id)) return;
    if (metrics === undefined) this.#fail(requestId, error ?? "");
    else this.#settle(requestId, worker, metrics);
  }

  #settle(requestId: number, worker: Worker, metrics: readonly (readonly MetricJson[])[] = []): void {
    const pending = this.#pending.get(requestId);
    if (!pending?.workers.delete(worker.id)) return;
    pending.metrics.push(...metrics);
    if (pending.workers.size > 0) return;
    this.#pending.delete(requestId);
    pending.resolve(pending.metrics);
  }

  #fail(requestId: number, message: string): void {
    this.#pending.get(requestId)?.reject(new Error(message));
    this.#pending.delete(requestId);
  }
}
