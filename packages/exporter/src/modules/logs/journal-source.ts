import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import type { LineSink } from "./line-sink.ts";
import type { LogSource } from "./log-source.ts";
import type { SourcePosition } from "./positions.ts";
import type { Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { StreamLines } from "./stream-lines.ts";

/** What of the journal to read. */
export interface JournalConfig {
  readonly command: string;
  readonly units: readonly string[];
  readonly identifiers: readonly string[];
  readonly matches: readonly string[];
  readonly directory?: string | undefined;
}

/** What journal to read, and how. */
export interface JournalSourceOptions extends JournalConfig {
  readonly name: string;
  readonly startAt: "beginning" | "end";
  readonly maxLineSize: number;
  readonly sink: LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly logger: Logger;
}

/** An entry of JSON has its message and some forty fields more. */
const mostEntryOverhead = 64 * 1024;
const retryMilliseconds = 5000;

/** The messages of systemd's journal, which `journalctl` tells. Its fields, such as `_SYSTEMD_UNIT`, come with each. */
export class JournalSource implements LogSource {
  readonly name: string;
  readonly #options: JournalSourceOptions;
  #cursor: string | undefined;
  /** The cursor before the event that is not complete. */
  #before: string | undefined;
  #child: ChildProcess | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #wake: (() => void) | undefined;

  constructor(options: JournalSourceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(position: SourcePosition | undefined): Promise<void> {
    this.#cursor = position?.cursor;
    const child = this.#spawn();
    try {
      await once(child, "spawn");
    } catch (error) {
      const remedy = "install systemd's journalctl, name it with command, or read files instead.";
      throw new ExporterError(
        "start_failed",
        `Source "${this.name}": ${this.#options.command} does not start: ${messageOf(error)}; ${remedy}`,
      );
    }
    this.#running = this.#run(child);
  }

  position(): SourcePosition | undefined {
    const cursor = this.#options.sink.pendingLines > 0 ? this.#before : this.#cursor;
    return cursor === undefined ? undefined : { cursor };
  }

  observe(): void {
    this.#options.metrics.openFiles.set(this.#child === undefined ? 0 : 1);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#child?.kill();
    this.#wake?.();
    await this.#running;
  }

  #spawn(): ChildProcess {
    const { command, units, identifiers, matches, directory, startAt } = this.#options;
    const from =
      this.#cursor !== undefined
        ? [`--after-cursor=${this.#cursor}`, "--no-tail"]
        : startAt === "end"
          ? ["--lines=0"]
          : ["--no-tail"];
    const args = [
      "--output=json",
      "--follow",
      "--quiet",
      "--all",
      ...from,
      ...units.map((unit) => `--unit=${unit}`),
      ...identifiers.map((identifier) => `--identifier=${identifier}`),
      ...(directory === undefined ? [] : [`--directory=${directory}`]),
      ...matches,
    ];
    this.#child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    return this.#child;
  }

  async #run(first: ChildProcess): Promise<void> {
    const { metrics, logger, command } = this.#options;
    for (let child = first; !this.#isStopped;) {
      let said = "";
      child.stderr!.on("data", (bytes: Buffer) => (said = `${said}${bytes.toString()}`.slice(-500)));
      const ended = once(child, "close").catch((error: unknown) => [messageOf(error)]);
      await this.#read(child).catch((error: unknown) => (said += messageOf(error)));
      child.kill();
      const [code] = await ended;
      this.#child = undefined;
      if (this.#isStopped) return;
      metrics.failed("read");
      logger.warn({ source: this.name, code, error: said.trim() }, `${command} ended, and is started again`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, retryMilliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (!this.#isStopped) child = this.#spawn();
    }
  }

  async #read(child: ChildProcess): Promise<void> {
    const { sink, metrics, slices, maxLineSize } = this.#options;
    const lines = new StreamLines({
      metrics,
      slices,
      // Bytes that are no text are numbers of up to three digits.
      maxLineSize: maxLineSize * 4 + mostEntryOverhead,
      line: (line) => this.#entry(line),
    });
    const timer = setInterval(() => {
      if (sink.isDue) sink.flush();
    }, 250);
    try {
      for await (const bytes of child.stdout!) await lines.take(bytes as Buffer, () => this.#isStopped);
    } finally {
      clearInterval(timer);
    }
  }

  #entry(line: string): void {
    const { sink, metrics, maxLineSize } = this.#options;
    let entry: Readonly<Record<string, unknown>>;
    try {
      entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
    } catch {
      metrics.dropped("malformed");
      return;
    }
    const envelope: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, value] of Object.entries(entry)) envelope[name] = textOf(value);
    const message = envelope["MESSAGE"] ?? "";
    const before = this.#cursor;
    if (message.length > maxLineSize) metrics.dropped("too_long");
    else {
      sink.line(message, envelope);
      if (sink.pendingLines === 1) this.#before = before;
    }
    this.#cursor = envelope["__CURSOR"];
  }
}

/** A field is a text, the bytes of what is none, or, where an entry has it several times, a list of those. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return typeof value[0] === "number" ? Buffer.from(value as number[]).toString() : textOf(value[0]);
}
