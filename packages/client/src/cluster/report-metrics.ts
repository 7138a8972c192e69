import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { Family } from "../family.ts";
// From the entry, with which the default registry brings its metrics along.
import { register } from "../index.ts";
import { MetricsError } from "../metrics-error.ts";
import { FamilyChanges } from "../parallel/family-changes.ts";
import { TimeSlice } from "../time-slice.ts";
import { Registry } from "../registry.ts";
import { withoutCollected } from "./collected-here.ts";
import { CollectorLink } from "./collector-link.ts";
import { messages, protocolVersion } from "./messages.ts";
import { socketVariable, tokenVariable } from "./metrics-socket.ts";
import { ReportWriter } from "./report-writer.ts";

/** Settings of {@link reportMetrics}. */
export interface ReportMetricsOptions {
  /** The registries whose metrics are reported. Default: the default registry. */
  readonly registers?: readonly Registry[] | undefined;
  /** Where the collecting process listens. Default: what `EXPORTERKIT_METRICS_SOCKET` says. */
  readonly path?: string | undefined;
  /** What the collecting process wants to be told before it lets a worker in. Default: `EXPORTERKIT_METRICS_TOKEN`. */
  readonly token?: string | undefined;
  /**
   * What this process is called where each has its own series. Default: the lowest number, from 1, that no other worker
   * has, so that one that comes in the place of another gets that one's.
   */
  readonly worker?: string | undefined;
  /**
   * Seconds after which what was counted is reported without being asked for, so that a crash loses no more. `collect`
   * functions are not called for it. Default: 5.
   */
  readonly pushSeconds?: number | undefined;
  /** Told of metrics that are left out, and if the collecting process cannot be reached. Default: the console. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The reporting of a process's metrics. */
export interface MetricsReporter {
  /**
   * Reports what has changed. Resolves to true when it is merged; to false if it is not after `timeoutSeconds`, by default
   * 1, or if there is nobody to report to any more. To be awaited before `process.exit()`.
   */
  flush(timeoutSeconds?: number): Promise<boolean>;
  /** Reports what has changed, and then no more. */
  stop(): Promise<void>;
}

/**
 * Reports the metrics of this process to the one that called `collectWorkers()`: whenever that asks, and every few seconds
 * of its own accord. Before the process ends for lack of work it reports once more; a program that ends itself awaits
 * `flush()` first.
 *
 * Does nothing where no process collects, so that the program runs alone, too; nor in the process that collects, whose own
 * metrics are merged anyway. If the collecting process goes, it waits for
 * another. It does not keep the process running.
 */
export function reportMetrics(options: ReportMetricsOptions = {}): MetricsReporter {
  const { pushSeconds = 5 } = options;
  if (!(typeof pushSeconds === "number" && pushSeconds > 0)) {
    throw new MetricsError("invalid_limit", `pushSeconds is ${String(pushSeconds)}; give a number above 0.`);
  }
  const path = options.path ?? process.env[socketVariable];
  if (path === undefined || path === "") return nobody;
  const given = options.registers ?? [register];
  const registers = withoutCollected(path, given);
  return registers.length < given.length && registers.length === 0
    ? nobody
    : new Reporter(path, registers, pushSeconds, options);
}

/** The reporter where nobody collects. */
const nobody: MetricsReporter = { flush: async () => false, stop: async () => {} };

/** What was told over one link, and the writer that knows of it. */
interface Told {
  readonly changes: FamilyChanges;
  readonly writer: ReportWriter;
}

/** A call of `flush`. */
interface Flush {
  /** The mark behind which all is told that there was at the call; infinite as long as that is not known. */
  mark: number;
  readonly resolve: (isReceived: boolean) => void;
}

class Reporter implements MetricsReporter {
  readonly #registry: Registry;
  readonly #link: CollectorLink;
  readonly #hello: readonly string[];
  readonly #onError: (error: unknown) => void;
  readonly #pushing: NodeJS.Timeout;
  #told: Told;
  /** The request to be answered, if there is one. */
  #request = 0;
  /** Whether all is to be told, with `collect` functions called; whether what was counted alone is. */
  #isDue = { complete: false, counted: false };
  #isTelling = false;
  #mark = 0;
  readonly #flushes = new Set<Flush>();

  constructor(path: string, registers: readonly Registry[], pushSeconds: number, options: ReportMetricsOptions) {
    const { token = process.env[tokenVariable] ?? "", worker = "" } = options;
    this.#onError = options.onError ?? reportOnConsole;
    this.#registry = Registry.merge(registers, { onCollectError: this.#onError });
    this.#hello = [token, randomUUID(), worker];
    this.#told = this.#nothingTold();
    this.#pushing = setInterval(() => this.#tell({ counted: true }), pushSeconds * 1000).unref();
    this.#link = new CollectorLink(path, {
      connected: () => {
        this.#told = this.#nothingTold();
        this.#greet();
        this.#tell({ complete: true });
      },
      asked: (request) => {
        this.#request = request;
        this.#tell({ complete: true });
      },
      received: (mark) => {
        for (const flush of this.#flushes) if (flush.mark <= mark) flush.resolve(true);
      },
      broken: () => {
        this.#request = 0;
        for (const flush of this.#flushes) flush.resolve(false);
      },
      failed: this.#onError,
    });
    // A listener for "disconnect" would keep a child process running. What ends in order comes by here.
    process.once("beforeExit", this.#flushAtEnd);
  }

  flush(timeoutSeconds = 1): Promise<boolean> {
    if (!this.#link.isTrying) return Promise.resolve(false);
    const received = new Promise<boolean>((resolve) => {
      const flush: Flush = {
        mark: Infinity,
        resolve: (isReceived) => {
          clearTimeout(timer);
          this.#flushes.delete(flush);
          resolve(isReceived);
        },
      };
      const timer = setTimeout(() => flush.resolve(false), timeoutSeconds * 1000);
      this.#flushes.add(flush);
      this.#tell({ complete: true });
    });
    return this.#link.hold(received);
  }

  async stop(): Promise<void> {
    clearInterval(this.#pushing);
    process.off("beforeExit", this.#flushAtEnd);
    await this.flush();
    this.#leave();
    this.#link.stop();
  }

  readonly #flushAtEnd = (): void => void this.flush();

  #tell(due: { readonly complete?: boolean; readonly counted?: boolean }): void {
    this.#isDue = { ...this.#isDue, ...due };
    if (!this.#isTelling && this.#link.socket !== undefined) void this.#tellAllDue(this.#link.socket);
  }

  /** Tells until nothing is due any more or the link has broken. */
  async #tellAllDue(socket: Socket): Promise<void> {
    this.#isTelling = true;
    // Those of this link; another has others.
    const { changes, writer } = this.#told;
    while ((this.#isDue.complete || this.#isDue.counted) && socket === this.#link.socket) {
      const { complete } = this.#isDue;
      this.#isDue = { complete: false, counted: false };
      // What is asked for from here on is told the next time.
      const request = complete ? this.#request : 0;
      const mark = ++this.#mark;
      if (complete) for (const flush of this.#flushes) flush.mark = Math.min(flush.mark, mark);
      const families = complete ? await this.#registry.collect() : this.#families();
      await this.#send(socket, writer, changes.tell(families, writer, complete));
      writer.frames.begin(messages.done);
      writer.frames.u32(request);
      writer.frames.u32(mark);
      writer.frames.end();
      await this.#link.write(socket, writer.frames.take());
    }
    this.#isTelling = false;
    if (this.#link.socket !== undefined && socket !== this.#link.socket) this.#tell({ complete: true });
  }

  #nothingTold(): Told {
    return { changes: new FamilyChanges(this.#onError), writer: new ReportWriter() };
  }

  /** The families without having them brought up to date. */
  #families(): Family[] {
    return this.#registry.getMetricsAsArray().map(({ family }) => family);
  }

  /** Sends what is written in the steps of `telling`, in slices. */
  async #send(socket: Socket, writer: ReportWriter, telling: Iterable<void>): Promise<void> {
    const slice = new TimeSlice();
    for (const _ of telling) {
      if (socket !== this.#link.socket) return;
      if (writer.isFull) {
        writer.end();
        await this.#link.write(socket, writer.frames.take());
      }
      if (slice.isOver()) await slice.next();
    }
    writer.end();
  }

  #greet(): void {
    const { frames } = new ReportWriter();
    frames.begin(messages.hello);
    frames.u32(protocolVersion);
    for (const text of this.#hello) frames.text(text);
    frames.end();
    this.#link.socket?.write(frames.take());
  }

  #leave(): void {
    const { frames } = new ReportWriter();
    frames.begin(messages.leave);
    frames.end();
    this.#link.socket?.write(frames.take());
  }
}

function reportOnConsole(error: unknown): void {
  console.error("Reporting metrics:", error instanceof Error ? error.message : error);
}
