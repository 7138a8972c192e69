import type { Socket } from "node:net";
import type { ReceivedMessage } from "./datagram-queue.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { SyslogFrames } from "./syslog-frames.ts";

const silentMilliseconds = 600_000;

/**
 * A connection that messages come by. It is read on when all messages of what was read have been taken: the sender has to wait,
 * and what waits is one read of the system and a message that is not complete.
 */
export class SyslogConnection {
  readonly #socket: Socket;
  readonly #frames: SyslogFrames;
  readonly #peer: string | undefined;
  readonly #onWaiting: () => void;
  readonly #onGone: () => void;
  #isWaiting = false;

  constructor(
    socket: Socket,
    options: {
      readonly maxLineSize: number;
      readonly metrics: SourceMetrics;
      /** Told when there may be messages to take, once until {@link next} has none. */
      readonly onWaiting: () => void;
      /** Told when it is closed, and has no more of them. */
      readonly onGone: () => void;
    },
  ) {
    const { maxLineSize, metrics, onWaiting, onGone } = options;
    this.#socket = socket;
    this.#frames = new SyslogFrames(maxLineSize, () => metrics.dropped("too_long"));
    this.#peer = socket.remoteAddress;
    this.#onWaiting = onWaiting;
    this.#onGone = onGone;
    socket.setTimeout(silentMilliseconds);
    socket.on("timeout", () => {
      // Whoever has to wait is not silent.
      if (this.#isWaiting) socket.setTimeout(silentMilliseconds);
      else socket.destroy();
    });
    socket.on("data", (bytes) => {
      metrics.bytes.inc(bytes.length);
      this.#frames.take(bytes);
      this.#wait();
    });
    socket.on("end", () => {
      this.#frames.end();
      this.#wait();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (!this.#isWaiting) onGone();
    });
  }

  /** Takes the next message off. Where there is none, the connection is read on. */
  next(): ReceivedMessage | undefined {
    const bytes = this.#frames.next();
    if (bytes !== undefined) return { bytes, peer: this.#peer };
    this.#isWaiting = false;
    if (this.#socket.closed) this.#onGone();
    else this.#socket.resume();
    return undefined;
  }

  close(): void {
    this.#socket.destroy();
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#socket.pause();
    this.#onWaiting();
  }
}
