import { close, constants, fstatSync, open, stat, type Stats } from "node:fs";
import { promisify } from "node:util";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import type { LineSink } from "./line-sink.ts";
import type { LogSource } from "./log-source.ts";
import type { Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { StreamLines } from "./stream-lines.ts";

/** What stream to read, and how. */
export interface StreamSourceOptions {
  readonly name: string;
  /** Opens it; called again after it ended, unless it says that it is over by undefined. */
  readonly open: () => Promise<Readable | undefined>;
  readonly maxLineSize: number;
  readonly sink: LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly logger: Logger;
}

const retryMilliseconds = 1000;
/** How often is told why it cannot be read, while that stays the same. */
const quietMilliseconds = 60_000;

/** Lines of a stream that cannot be read twice, such as a named pipe. */
export class StreamSource implements LogSource {
  readonly name: string;
  readonly #options: StreamSourceOptions;
  #stream: Readable | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #wake: (() => void) | undefined;
  #told = { error: "", at: 0 };

  constructor(options: StreamSourceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  position(): undefined {
    return undefined;
  }

  observe(): void {
    this.#options.metrics.openFiles.set(this.#stream === undefined ? 0 : 1);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake?.();
    this.#stream?.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { open: openStream, metrics } = this.#options;
    while (!this.#isStopped) {
      try {
        this.#stream = await openStream();
        if (this.#stream === undefined) return;
        if (this.#isStopped) this.#stream.destroy();
        await this.#read(this.#stream);
      } catch (error) {
        if (this.#isStopped) return;
        metrics.failed("read");
        this.#tell(messageOf(error));
        await this.#pause();
      } finally {
        this.#stream = undefined;
      }
    }
  }

  #tell(error: string): void {
    const now = performance.now();
    if (error === this.#told.error && now - this.#told.at < quietMilliseconds) return;
    this.#told = { error, at: now };
    this.#options.logger.warn({ source: this.name, error }, "a source of logs cannot be read");
  }

  async #read(stream: Readable): Promise<void> {
    const { sink, metrics, slices, maxLineSize } = this.#options;
    const lines = new StreamLines({ metrics, slices, maxLineSize, line: (line) => sink.line(line) });
    const timer = setInterval(() => {
      if (sink.isDue) sink.flush();
    }, 250);
    try {
      // What comes faster than it is counted waits with whoever writes it.
      for await (const bytes of stream) await lines.take(bytes as Buffer, () => this.#isStopped);
    } finally {
      clearInterval(timer);
      if (!this.#isStopped) {
        lines.end();
        sink.flush();
      }
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryMilliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Opens the standard input, once. */
export function openStdin(): () => Promise<Readable | undefined> {
  let isOpen = false;
  return async () => {
    if (isOpen) return undefined;
    isOpen = true;
    return process.stdin;
  };
}

/** Opens a named pipe, which need not have a writer, and does not end when the last one goes. Rejects if it is none. */
export function openPipe(path: string): () => Promise<Readable> {
  return async () => {
    // Whoever opens for reading and writing need not wait, and is a writer that stays.
    const fd = await promisify(open)(path, constants.O_RDWR | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (stats.isFIFO()) {
      const socket = new Socket({ fd, readable: true, writable: false });
      endOnceReplaced(socket, path, stats);
      return socket;
    }
    await promisify(close)(fd);
    throw new Error(`${path} is no named pipe; make one with mkfifo, or read a file with files`);
  };
}

/** Ends the reading of a pipe whose name another has by now: whoever writes to that waits for us. */
function endOnceReplaced(socket: Socket, path: string, { dev, ino }: Stats): void {
  let seen = -1;
  const timer = setInterval(() => {
    stat(path, (error, stats) => {
      if (error !== null || (stats.dev === dev && stats.ino === ino)) return;
      // What is in it is read before.
      if (socket.bytesRead === seen && socket.readableLength === 0)
        socket.destroy(new Error(`${path} is another file than it was; it is opened again`));
      seen = socket.bytesRead;
    });
  }, retryMilliseconds);
  timer.unref();
  socket.once("close", () => clearInterval(timer));
}
