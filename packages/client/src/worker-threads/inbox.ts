import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";

// Another layout of sheets or messages needs another number: copies of the library may differ within a process.
const version = 1;

/** Where a message goes: to all who share, or to all who collect, the metrics of a group. */
export type Role = "collector" | "sharer";

function channelName(role: Role, group: string): string {
  return `exporterkit:${version}:${role}:${group}`;
}

/** Sends messages to whoever has an {@link Inbox}, in whatever thread. They are there when it returns. */
export function send(role: Role, group: string, ...messages: readonly unknown[]): void {
  // One that stayed open would get every message itself.
  const channel = new BroadcastChannel(channelName(role, group));
  for (const message of messages) channel.postMessage(message);
  channel.close();
}

/** Takes the messages that are sent to a role in a group. Does not keep the thread running. */
export class Inbox<Message> {
  readonly #channel: BroadcastChannel;
  readonly #receive: (message: Message) => void;

  constructor(role: Role, group: string, receive: (message: Message) => void) {
    this.#receive = receive;
    this.#channel = new BroadcastChannel(channelName(role, group));
    this.#channel.addEventListener("message", (event) => receive((event as MessageEvent).data));
    this.#channel.unref();
  }

  /** Takes what was sent and not received yet. */
  drain(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#channel as unknown as MessagePort);
      if (received === undefined) return;
      this.#receive(received.message);
    }
  }

  close(): void {
    this.#channel.close();
  }
}
