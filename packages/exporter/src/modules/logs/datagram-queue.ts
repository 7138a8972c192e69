import { Fifo } from "./fifo.ts";

/** The bytes of a message, and the address of who sent it. */
export interface ReceivedMessage {
  readonly bytes: Buffer;
  readonly peer: string | undefined;
}

const mostMessages = 10_000;
const mostBytes = 16 * 2 ** 20;

/** Datagrams that have come and have not been counted: so many, and so many bytes in all, that memory is bounded. */
export class DatagramQueue {
  readonly #messages = new Fifo<ReceivedMessage>();
  #bytes = 0;

  /** Adds one behind all others; false where there is no room for it. */
  add(message: ReceivedMessage): boolean {
    const size = message.bytes.length;
    if (this.#messages.length >= mostMessages || this.#bytes + size > mostBytes) return false;
    this.#messages.push(message);
    this.#bytes += size;
    return true;
  }

  /** Takes the first one off. */
  next(): ReceivedMessage | undefined {
    const message = this.#messages.shift();
    this.#bytes -= message?.bytes.length ?? 0;
    return message;
  }
}
