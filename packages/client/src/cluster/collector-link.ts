import { connect, type Socket } from "node:net";
import { FrameReader, FrameSplitter } from "./frames.ts";
import { messages } from "./messages.ts";

/** What comes over a {@link CollectorLink}. */
export interface LinkEvents {
  /** The link is there; nothing was told over it yet. */
  connected(): void;
  /** The process that collects asks for what has changed. */
  asked(request: number): void;
  /** It has merged what came before the `done` of that number. */
  received(mark: number): void;
  /** The link broke. */
  broken(): void;
  /** Told once in a row of failures. */
  failed(error: Error): void;
}

const shortestPause = 100;
const longestPause = 5000;
// A collecting process that starts at the same time gets ten seconds or so.
const attemptsBeforeReport = 7;
// Shorter than a collecting process remembers a worker that was cut off.
const pauseAfterRefusal = 30_000;

/** A worker's link to the process that collects. It comes back by itself, and does not keep the process running. */
export class CollectorLink {
  readonly #path: string;
  readonly #events: LinkEvents;
  #socket: Socket | undefined;
  #isConnected = false;
  #isStopped = false;
  #attempts = 0;
  #refusal: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #holds = 0;

  constructor(path: string, events: LinkEvents) {
    this.#path = path;
    this.#events = events;
    this.#connect();
  }

  /** The socket while it is connected: another after each break. */
  get socket(): Socket | undefined {
    return this.#isConnected ? this.#socket : undefined;
  }

  /** Whether it is connected, or about to be. */
  get isTrying(): boolean {
    return this.#socket !== undefined;
  }

  /** Writes, and resolves when more may be written or the link has broken. */
  async write(socket: Socket, bytes: Uint8Array): Promise<void> {
    if (socket.destroyed || socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off("drain", done);
        socket.off("close", done);
        resolve();
      };
      socket.on("drain", done);
      socket.on("close", done);
    });
  }

  /** Keeps the process running as long as `work` goes on. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    this.#holds++;
    this.#socket?.ref();
    try {
      return await work;
    } finally {
      if (--this.#holds === 0) this.#socket?.unref();
    }
  }

  /** Ends the link once all is written. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.end();
  }

  #connect(): void {
    const socket = connect(this.#path);
    const splitter = new FrameSplitter();
    this.#socket = socket;
    if (this.#holds === 0) socket.unref();
    socket.on("connect", () => {
      this.#isConnected = true;
      this.#events.connected();
    });
    socket.on("data", (chunk) => {
      splitter.push(chunk);
      try {
        for (let frame = splitter.next(); frame !== undefined; frame = splitter.next())
          this.#read(new FrameReader(frame));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    let fault: Error | undefined;
    socket.on("error", (error) => (fault = error));
    socket.on("close", () => this.#closed(fault));
  }

  #read(frame: FrameReader): void {
    if (frame.message === messages.ask) {
      this.#attempts = 0;
      this.#events.asked(frame.u32());
    } else if (frame.message === messages.received) {
      this.#attempts = 0;
      this.#events.received(frame.u32());
    } else if (frame.message === messages.refuse) {
      this.#refusal = frame.text();
    }
  }

  #closed(fault: Error | undefined): void {
    this.#isConnected = false;
    this.#socket = undefined;
    this.#events.broken();
    if (this.#isStopped) return;
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) this.#events.failed(new Error(`the collecting process refuses: ${refusal}`));
    this.#attempts++;
    if (this.#attempts === attemptsBeforeReport) {
      this.#events.failed(fault ?? new Error(`${this.#path}: the connection closes again and again`));
    }
    const usual = Math.min(shortestPause * 2 ** (this.#attempts - 1), longestPause) * (0.75 + Math.random() / 2);
    const pause = refusal === undefined ? usual : pauseAfterRefusal;
    this.#timer = setTimeout(() => this.#connect(), pause).unref();
  }
}
