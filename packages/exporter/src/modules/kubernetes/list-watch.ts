import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import type { Api } from "./api.ts";
import { ApiFailure, statusText, type StatusObject } from "./api-failure.ts";
import type { PodObject } from "./api-objects.ts";
import type { ApiReport } from "./api-report.ts";
import { Backoff } from "./backoff.ts";
import { JsonList, type ListMeta, parse } from "./json-list.ts";
import { headOf, type ObjectHead } from "./object-head.ts";
import { readLines } from "./read-lines.ts";
import { RepeatedFailure } from "./repeated-failure.ts";
import { Turns } from "./turns.ts";

/** What is told of the objects that are listed and watched. */
export interface ListWatchSink {
  /** Whether an object is of no interest, by what its text begins with. */
  ignores(head: ObjectHead): boolean;
  /** An object as it is now. `list` is the number of the last list. */
  set(object: PodObject, list: number): void;
  /** An object of the list with this number, which is not complete yet. */
  stage(object: PodObject, list: number): void;
  /** An object that is gone. */
  delete(object: PodObject): void;
  /** The list with this number is complete: what it did not have is gone. */
  listed(list: number): void;
}

/** What is listed and watched, and how. */
export interface ListWatchOptions {
  readonly api: Api;
  /** Such as `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  /** `labelSelector` and `fieldSelector`. */
  readonly selectors: Readonly<Record<string, string>>;
  readonly sink: ListWatchSink;
  readonly report: ApiReport;
  readonly logger: Logger;
  /** How many objects a page of a list has. */
  readonly pageSize: number;
  /** For how long the server is asked to keep a watch, at least; up to twice as long, so that not all end at once. */
  readonly watchSeconds: number;
  /** Seconds of silence after which a watch, which has a bookmark each minute, is taken to be dead. */
  readonly stalledSeconds: number;
  /** Seconds of silence after which another request is given up. */
  readonly requestSeconds: number;
  /** The longest wait after failures, in seconds. */
  readonly mostBackoffSeconds: number;
}

// Larger than any object that etcd can hold.
const longestObjectBytes = 16 * 1024 * 1024;
// A watch that ends sooner than this and told nothing has failed, whatever it says.
const shortestWatchMilliseconds = 1000;
// After so many failures in a row what the watch knows is not trusted any more. Those that say nothing of it do not count: a server
// that is gone for a while, or has too much to do, is not to be asked by everybody for everything at once.
const failuresUntilList = 3;

interface WatchEvent {
  readonly type?: string;
  readonly object?: PodObject & StatusObject;
}

/**
 * Lists objects and watches how they change, for ever: whatever happens to the connection, the server or its memory of what has
 * been, it goes on from where it was, or lists again.
 */
export class ListWatch {
  readonly #options: ListWatchOptions;
  readonly #backoff: Backoff;
  readonly #failure: RepeatedFailure;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  #version: string | undefined;
  #lists = 0;
  #doubts = 0;
  #contactAt: number | undefined;
  #onListed: (() => void) | undefined;

  constructor(options: ListWatchOptions) {
    this.#options = options;
    this.#backoff = new Backoff({
      least: Math.min(500, options.mostBackoffSeconds * 1000),
      most: options.mostBackoffSeconds * 1000,
    });
    this.#failure = new RepeatedFailure(options.logger, { path: options.path });
  }

  /** Begins, and resolves once the first list is complete. */
  start(): Promise<void> {
    const listed = new Promise<void>((resolve) => {
      this.#onListed = resolve;
    });
    this.#running = this.#run();
    return listed;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  /** Seconds since the server last said anything of the objects; undefined before the first list is complete. */
  get ageSeconds(): number | undefined {
    return this.#contactAt === undefined ? undefined : (performance.now() - this.#contactAt) / 1000;
  }

  /** Why there is no contact, if there is none. */
  get lastFailure(): string | undefined {
    return this.#failure.message;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
      } catch (error) {
        if (signal.aborted) return;
        await this.#failed(error);
      }
    }
  }

  async #failed(failure: unknown): Promise<void> {
    const { report } = this.#options;
    const { reason, retryAfterSeconds } = failure instanceof ApiFailure ? failure : { reason: "malformed" as const };
    report.failed("pods", reason);
    // What the server has forgotten is no fault of anybody, the first time.
    const isForgotten = reason === "gone" && this.#version !== undefined && this.#backoff.failures === 0;
    if (!isForgotten) this.#failure.failed(messageOf(failure));
    const milliseconds = this.#backoff.next(retryAfterSeconds);
    if (!(failure instanceof ApiFailure && failure.isUnheard)) this.#doubts++;
    if (reason === "gone" || this.#doubts >= failuresUntilList) this.#version = undefined;
    if (!isForgotten) await wait(milliseconds, undefined, { signal: this.#end.signal }).catch(() => {});
  }

  #succeeded(): void {
    this.#doubts = 0;
    this.#backoff.reset();
    this.#failure.succeeded();
  }

  async #list(): Promise<string> {
    const { sink, report } = this.#options;
    this.#lists++;
    let meta: ListMeta = {};
    let first: ListMeta | undefined;
    do {
      try {
        meta = await this.#page(meta.continue, this.#options.pageSize);
      } catch (error) {
        if (!(error instanceof ApiFailure && error.status === 410 && first !== undefined)) throw error;
        // The pages took longer than the server remembers; a list in one piece cannot. It is another list: what was on the
        // pages may be gone meanwhile.
        report.failed("pods", "gone");
        this.#lists++;
        meta = await this.#page(undefined, 0);
        first = undefined;
      }
      first ??= meta;
    } while (meta.continue);
    sink.listed(this.#lists);
    report.listed("pods");
    this.#contactAt = performance.now();
    this.#onListed?.();
    const version = first?.resourceVersion;
    if (!version) throw new ApiFailure("the list has no resourceVersion", { reason: "malformed" });
    return version;
  }

  async #page(from: string | undefined, limit: number): Promise<ListMeta> {
    const { api, requestSeconds } = this.#options;
    const query = { ...(limit > 0 && { limit: String(limit) }), ...(from && { continue: from }) };
    const { signal } = this.#end;
    const { body } = await api.get({ path: this.#path(query), silenceMilliseconds: requestSeconds * 1000, signal });
    const turns = new Turns(signal);
    const items = new JsonList(longestObjectBytes, (text) => this.#isWanted(text));
    for await (const chunk of body) {
      for (const item of items.take(chunk)) {
        this.#set(item, "stage");
        if (turns.isDue) await turns.take();
      }
    }
    return items.end();
  }

  async #watch(from: string): Promise<void> {
    const { api, report, watchSeconds, requestSeconds, stalledSeconds } = this.#options;
    const ended = new AbortController();
    const stalled = setTimeout(() => {
      ended.abort(new ApiFailure(`the watch was silent for ${stalledSeconds} s`, { reason: "timeout" }));
    }, stalledSeconds * 1000);
    const began = performance.now();
    let told = false;
    try {
      const { body } = await api.get({
        path: this.#path({
          watch: "true",
          allowWatchBookmarks: "true",
          resourceVersion: from,
          timeoutSeconds: String(Math.ceil(watchSeconds * (1 + Math.random()))),
        }),
        silenceMilliseconds: requestSeconds * 1000,
        bodySilenceMilliseconds: Math.max(requestSeconds, stalledSeconds) * 1000,
        signal: AbortSignal.any([this.#end.signal, ended.signal]),
      });
      for await (const events of readLines(body, longestObjectBytes, (line) => this.#read(line))) {
        stalled.refresh();
        if (events.length === 0) continue;
        for (const event of events) this.#take(event);
        this.#contactAt = performance.now();
        told = true;
        this.#succeeded();
      }
    } catch (error) {
      report.watchEnded(
        ended.signal.aborted ? "stalled" : error instanceof ApiFailure && error.reason === "gone" ? "gone" : "failed",
      );
      // Silence proves nothing: what happened may have been held back.
      if (ended.signal.aborted && !told) this.#version = undefined;
      throw error;
    } finally {
      clearTimeout(stalled);
    }
    if (!told) this.#version = undefined;
    report.watchEnded("timeout");
    if (!told && performance.now() - began < shortestWatchMilliseconds) {
      throw new ApiFailure("the watch ended at once", { reason: "connection" });
    }
    this.#succeeded();
  }

  #take({ type = "", object = {} }: WatchEvent): void {
    const { sink, report } = this.#options;
    report.event(type);
    if (type === "ERROR") {
      throw new ApiFailure(`the watch ended: ${statusText(object)}`, { status: object.code ?? 500 });
    }
    if (type === "ADDED" || type === "MODIFIED") this.#set(object, "set");
    else if (type === "DELETED") sink.delete(object);
    const version = object.metadata?.resourceVersion;
    if (version) this.#version = version;
  }

  // Of what is of no interest only the version counts.
  #read(line: Buffer): WatchEvent {
    const head = headOf(line);
    if (head === undefined || !this.#options.sink.ignores(head)) return parse(line, "an event") as WatchEvent;
    return { type: "PASSED", object: { metadata: { resourceVersion: head.resourceVersion! } } };
  }

  #isWanted(text: Buffer): boolean {
    const head = headOf(text);
    return head === undefined || !this.#options.sink.ignores(head);
  }

  // An object that is not as it should be must not keep the others from us.
  #set(object: unknown, as: "set" | "stage"): void {
    try {
      this.#options.sink[as](object as PodObject, this.#lists);
    } catch (error) {
      this.#options.report.failed("pods", "malformed");
      this.#options.logger.debug({ error: messageOf(error) }, "a pod is passed over");
    }
  }

  #path(query: Readonly<Record<string, string>>): string {
    return `${this.#options.path}?${new URLSearchParams({ ...query, ...this.#options.selectors }).toString()}`;
  }
}
