import type { Socket } from "node:net";
import type { Source } from "../parallel/source.ts";
import { FrameError, FrameReader, FrameSplitter, FrameWriter } from "./frames.ts";
import { messages, protocolVersion } from "./messages.ts";
import { ReportReader } from "./report-reader.ts";

/** What a worker says of itself when it connects. */
export interface Hello {
  readonly token: string;
  /** A name that no other process has. */
  readonly instance: string;
  /** What the worker is to be called; empty to be given a number. */
  readonly worker: string;
}

/** What becomes of a connection. */
export interface ConnectionEvents {
  /** Lets a worker in. Throws, with a reason for the worker, to refuse it. */
  admit(connection: WorkerConnection, hello: Hello): Source;
  /** There are bytes to be handled, see {@link WorkerConnection.handleNext}. */
  readable(connection: WorkerConnection): void;
  /** The connection is closed, because of `error` if there is one. */
  closed(connection: WorkerConnection, error: Error | undefined): void;
}

// A worker that has more to tell is not read from meanwhile.
const mostBuffered = 512 * 1024;
const helloMilliseconds = 10_000;

/** The connection of a worker, in the process that collects. */
export class WorkerConnection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #splitter = new FrameSplitter();
  readonly #writer = new FrameWriter();
  readonly #helloTimer: NodeJS.Timeout;
  #source: Source | undefined;
  #reader: ReportReader | undefined;
  #asked = 0;
  #answered = 0;
  #onAnswer: (() => void) | undefined;
  #isClosed = false;
  #hasLeft = false;
  instance = "";

  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#helloTimer = setTimeout(() => this.close(new Error("a worker did not say who it is")), helloMilliseconds);
    this.#helloTimer.unref();
    socket.unref();
    socket.on("data", (chunk) => {
      this.#splitter.push(chunk);
      if (this.#splitter.buffered > mostBuffered) socket.pause();
      events.readable(this);
    });
    // What was sent last is handled before the end is.
    socket.on("end", () => events.readable(this));
    socket.on("error", () => {});
    socket.on("close", () => events.readable(this));
  }

  /** What the worker tells; undefined until it has said who it is. */
  get source(): Source | undefined {
    return this.#source;
  }

  /** Whether the worker has said that it ends. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Whether the worker has answered the last request. */
  get isFresh(): boolean {
    return this.#source !== undefined && this.#asked === this.#answered;
  }

  /**
   * Asks for what has changed. Resolves when that is merged, or the connection closed. A worker that still owes an answer
   * is not asked again and not waited for.
   */
  ask(): Promise<void> {
    if (this.#isClosed || this.#source === undefined || this.#asked !== this.#answered) return Promise.resolve();
    this.#asked++;
    this.#send(messages.ask, this.#asked);
    return new Promise((resolve) => (this.#onAnswer = resolve));
  }

  /** No longer waits for an answer; when it comes it is merged all the same. */
  stopWaiting(): void {
    this.#onAnswer?.();
    this.#onAnswer = undefined;
  }

  /** Handles one frame. Returns false if there was none, and closes what has ended. */
  handleNext(): boolean {
    if (this.#isClosed) return false;
    try {
      const frame = this.#splitter.next();
      if (frame !== undefined) this.#handle(new FrameReader(frame));
      else if (this.#socket.readableEnded || this.#socket.destroyed) this.close();
      if (this.#socket.isPaused() && this.#splitter.buffered < mostBuffered / 2) this.#socket.resume();
      return frame !== undefined;
    } catch (error) {
      this.close(error as Error);
      return false;
    }
  }

  /** Ends the connection. The worker is told what was wrong, if something was. */
  close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#helloTimer);
    if (error !== undefined) this.#send(messages.refuse, error.message);
    this.#socket.destroySoon();
    this.#source?.leave();
    this.stopWaiting();
    this.#events.closed(this, error);
  }

  #handle(frame: FrameReader): void {
    if (this.#reader === undefined) {
      this.#greet(frame);
    } else if (frame.message === messages.done) {
      const answered = frame.u32();
      this.#send(messages.received, frame.u32());
      this.#source!.resumed();
      if (answered !== this.#asked) return;
      this.#answered = answered;
      this.stopWaiting();
    } else if (frame.message === messages.leave) {
      this.#hasLeft = true;
      this.close();
    } else if (!this.#reader.read(frame)) {
      throw new FrameError(`it has message ${frame.message}`);
    }
  }

  #greet(frame: FrameReader): void {
    if (frame.message !== messages.hello) throw new FrameError("it is no greeting");
    const version = frame.u32();
    if (version !== protocolVersion) {
      throw new Error(`A worker uses version ${version} of the protocol, and not ${protocolVersion}.`);
    }
    const hello = { token: frame.text(), instance: frame.text(), worker: frame.text() };
    this.instance = hello.instance;
    this.#source = this.#events.admit(this, hello);
    this.#reader = new ReportReader(this.#source);
    clearTimeout(this.#helloTimer);
  }

  #send(message: number, what: number | string): void {
    if (this.#socket.destroyed) return;
    this.#writer.begin(message);
    if (typeof what === "number") this.#writer.u32(what);
    else this.#writer.text(what);
    this.#writer.end();
    this.#socket.write(this.#writer.take());
  }
}
