import type { Scrape } from "../../scrape/scrape.ts";
import { type FailureReason, failureReasons } from "./api-failure.ts";

/** What is read of a cluster. */
export type Resource = "pods" | "usage";
const resources: readonly Resource[] = ["pods", "usage"];

/** Why a watch ended: because its time was up, the server had forgotten, nothing came any more, or anything else. */
const watchEnds = ["timeout", "gone", "stalled", "failed"] as const;
export type WatchEnd = (typeof watchEnds)[number];

// What is passed over is of pods that other shards add up.
const eventTypes = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR", "PASSED"];

/** Counts what passes between us and the API server. */
export class ApiReport {
  readonly #failures = new Map<string, number>();
  readonly #lists = new Map<Resource, number>();
  readonly #watchEnds = new Map<WatchEnd, number>();
  readonly #events = new Map<string, number>();
  #nodes: { readonly read: number; readonly failed: number } | undefined;

  failed(resource: Resource, reason: FailureReason): void {
    count(this.#failures, `${resource} ${reason}`);
  }

  listed(resource: Resource): void {
    count(this.#lists, resource);
  }

  watchEnded(reason: WatchEnd): void {
    count(this.#watchEnds, reason);
  }

  event(type: string): void {
    if (eventTypes.includes(type)) count(this.#events, type);
  }

  /** How many kubelets were read, and how many could not be, the last time. */
  nodes(read: number, failed: number): void {
    this.#nodes = { read, failed };
  }

  /** Adds what has been counted. */
  write(scrape: Scrape): void {
    this.#writeCounts(scrape);
    if (this.#nodes === undefined) return;
    const nodes = scrape.gauge({
      name: "exporterkit_kubernetes_kubelets",
      help: "Kubelets that were asked last time, by whether they were read.",
      labelNames: ["result"],
    });
    nodes.set({ result: "read" }, this.#nodes.read);
    nodes.set({ result: "failed" }, this.#nodes.failed);
  }

  #writeCounts(scrape: Scrape): void {
    const failures = scrape.counter({
      name: "exporterkit_kubernetes_request_failures_total",
      help: "Requests and watches that failed, by what they were for and why.",
      labelNames: ["resource", "reason"],
    });
    const lists = scrape.counter({
      name: "exporterkit_kubernetes_lists_total",
      help: "Lists that were read to their end.",
      labelNames: ["resource"],
    });
    const ends = scrape.counter({
      name: "exporterkit_kubernetes_watch_restarts_total",
      help: "Watches that ended and were begun again, by why: timeout is how they end if all is well.",
      labelNames: ["reason"],
    });
    const events = scrape.counter({
      name: "exporterkit_kubernetes_watch_events_total",
      help: "Events of watches, by their type; passed are those of pods that other shards add up.",
      labelNames: ["type"],
    });
    for (const resource of resources) {
      lists.setTotal({ resource }, this.#lists.get(resource) ?? 0);
      for (const reason of failureReasons) {
        failures.setTotal({ resource, reason }, this.#failures.get(`${resource} ${reason}`) ?? 0);
      }
    }
    for (const reason of watchEnds) ends.setTotal({ reason }, this.#watchEnds.get(reason) ?? 0);
    for (const type of eventTypes) events.setTotal({ type: type.toLowerCase() }, this.#events.get(type) ?? 0);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
