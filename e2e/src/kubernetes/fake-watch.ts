import type { ServerResponse } from "node:http";
import type { Faults } from "./fake-api-server.ts";
import type { ApiObject, ClusterEvent, FakeCluster } from "./fake-cluster.ts";
import { selection } from "./selectors.ts";

/** What a watch is of. */
interface FakeWatchOptions {
  readonly cluster: FakeCluster;
  readonly faults: Faults;
  readonly query: URLSearchParams;
  readonly namespace: string | undefined;
  readonly bookmarkMilliseconds: number;
}

/** One watch of pods, an event a line. */
export class FakeWatch {
  readonly #response: ServerResponse;
  readonly #options: FakeWatchOptions;
  readonly #selected: (object: ApiObject) => boolean;
  readonly #timers: NodeJS.Timeout[] = [];
  #stopListening: () => void = () => {};
  #isStalled = false;

  constructor(response: ServerResponse, options: FakeWatchOptions) {
    this.#response = response;
    this.#options = options;
    const selected = selection(options.query);
    const isOurs = ({ metadata }: ApiObject): boolean =>
      options.namespace === undefined || metadata.namespace === options.namespace;
    this.#selected = (object) => isOurs(object) && selected(object);
  }

  start(): void {
    const { cluster, query, bookmarkMilliseconds } = this.#options;
    const from = Number(query.get("resourceVersion") || 0);
    this.#response.writeHead(200, { "Content-Type": "application/json" });
    this.#response.flushHeaders();
    this.#response.on("close", () => this.stop());
    if (from !== 0 && from < cluster.compactedTo) {
      // A watch that is accepted says what is wrong in an event, not by its status.
      this.#expired(from);
      return;
    }
    if (from === 0) for (const object of cluster.pods.values()) this.#event({ type: "ADDED", version: 0, object });
    for (const event of cluster.events) if (event.version > from && from !== 0) this.#event(event);
    this.#stopListening = cluster.listen((event) => this.#event(event));
    if (query.get("allowWatchBookmarks") === "true") {
      this.#timers.push(setInterval(() => this.#bookmark(), bookmarkMilliseconds));
    }
    const seconds = Number(query.get("timeoutSeconds") ?? 1800);
    this.#timers.push(setTimeout(() => this.#end(), seconds * 1000));
  }

  /** Sends half an event and breaks the connection. */
  breakOff(): void {
    this.#response.write('{"type":"MODIFIED","object":{"kind":"Pod","metad', () => this.#response.destroy());
  }

  stop(): void {
    this.#stopListening();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #end(): void {
    // It is closed some time after.
    this.stop();
    this.#response.end();
  }

  #event({ type, object, before }: ClusterEvent): void {
    const isSelected = this.#selected(object);
    const wasSelected = before !== undefined && this.#selected(before);
    // To who selects, a pod begins and ends with being selected.
    if (type === "DELETED") {
      if (wasSelected) this.#line("DELETED", object);
    } else if (isSelected) {
      this.#line(wasSelected ? "MODIFIED" : "ADDED", object);
    } else if (wasSelected) {
      this.#line("DELETED", {
        ...before,
        metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion },
      });
    }
  }

  #bookmark(): void {
    const metadata = { resourceVersion: String(this.#options.cluster.version), creationTimestamp: null };
    this.#line("BOOKMARK", { kind: "Pod", apiVersion: "v1", metadata, spec: { containers: null }, status: {} });
  }

  #expired(from: number): void {
    const message = `too old resource version: ${from} (${this.#options.cluster.compactedTo})`;
    const failure = { status: "Failure", message, reason: "Expired", code: 410 };
    this.#line("ERROR", { kind: "Status", apiVersion: "v1", metadata: {}, ...failure });
    this.#response.end();
  }

  #line(type: string, object: object): void {
    // What has lost an event must not go on as if it had not.
    this.#isStalled ||= this.#options.faults.stallsWatches === true;
    if (this.#isStalled) return;
    this.#response.write(`${JSON.stringify({ type, object })}\n`);
  }
}
