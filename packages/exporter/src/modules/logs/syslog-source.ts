import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { FailureLog } from "../../scrape/failure-log.ts";
import { DatagramQueue, type ReceivedMessage } from "./datagram-queue.ts";
import { Fifo } from "./fifo.ts";
import type { LineSink } from "./line-sink.ts";
import type { LogSource } from "./log-source.ts";
import { charactersBetweenLooks, type Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { SyslogConnection } from "./syslog-connection.ts";
import { parseSyslog } from "./syslog-message.ts";

/** Where to take messages of syslog from. */
export interface SyslogConfig {
  readonly udp?: string | undefined;
  readonly tcp?: string | undefined;
  readonly max_connections: number;
}

/** Where to take messages from, and how. */
export interface SyslogSourceOptions extends SyslogConfig {
  readonly name: string;
  readonly maxLineSize: number;
  readonly sink: LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly logger: Logger;
}

/** Taking a message apart takes a while however short it is. */
const messagesBetweenLooks = 16;

/** Messages that programs and machines send by the protocol of syslog. */
export class SyslogSource implements LogSource {
  readonly name: string;
  readonly #options: SyslogSourceOptions;
  readonly #datagrams = new DatagramQueue();
  readonly #connections = new Set<SyslogConnection>();
  /** Those of the connections that may have messages. */
  readonly #waiting = new Fifo<SyslogConnection>();
  readonly #failures: FailureLog;
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;
  #isWorking = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SyslogSourceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#failures = new FailureLog(options.logger);
  }

  async start(): Promise<void> {
    const { udp, tcp, sink } = this.#options;
    try {
      if (udp !== undefined) await this.#listenUdp(udp);
      if (tcp !== undefined) await this.#listenTcp(tcp);
    } catch (error) {
      await this.stop();
      const remedy = "choose another address, or stop what listens there.";
      throw new ExporterError("start_failed", `Source "${this.name}" cannot listen: ${messageOf(error)}; ${remedy}`);
    }
    this.#timer = setInterval(() => {
      if (sink.isDue) sink.flush();
    }, 250).unref();
  }

  /** The ports in use, where the system was to choose. */
  get ports(): { readonly udp: number | undefined; readonly tcp: number | undefined } {
    const address = this.#tcp?.address();
    return { udp: this.#udp?.address().port, tcp: typeof address === "object" ? address?.port : undefined };
  }

  position(): undefined {
    return undefined;
  }

  observe(): void {
    this.#options.metrics.openFiles.set(this.#connections.size);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    for (const connection of this.#connections) connection.close();
    await Promise.all([
      this.#tcp?.listening === true ? new Promise((resolve) => this.#tcp!.close(resolve)) : undefined,
      this.#udp === undefined ? undefined : new Promise<void>((resolve) => this.#udp!.close(resolve)),
    ]);
    this.#udp = undefined;
  }

  async #listenUdp(address: string): Promise<void> {
    const { host, port } = parseHostPort(address);
    const socket = createSocket({ type: host.includes(":") ? "udp6" : "udp4", recvBufferSize: 4 * 2 ** 20 });
    socket.bind(port, host);
    await once(socket, "listening");
    this.#udp = socket;
    socket.on("error", (error) => this.#failed("udp", error));
    socket.on("message", (bytes, { address: peer }) => {
      this.#options.metrics.bytes.inc(bytes.length);
      if (bytes.length > this.#options.maxLineSize) this.#options.metrics.dropped("too_long");
      else if (this.#datagrams.add({ bytes, peer })) this.#wake();
      else this.#options.metrics.dropped("queue_full");
    });
  }

  async #listenTcp(address: string): Promise<void> {
    const { host, port } = parseHostPort(address);
    const server = createServer((socket) => this.#connected(socket));
    server.listen(port, host);
    await once(server, "listening");
    server.on("error", (error) => this.#failed("tcp", error));
    this.#tcp = server;
  }

  #connected(socket: Socket): void {
    const { max_connections: most, metrics, maxLineSize } = this.#options;
    // One that was closed before its messages are counted is one of them, so that whoever comes and goes fills no memory.
    if (this.#connections.size >= most) {
      socket.destroy();
      this.#failed("drop", new Error(`no more than ${most} connections may be open; raise max_connections`));
      return;
    }
    const connection = new SyslogConnection(socket, {
      maxLineSize,
      metrics,
      onWaiting: () => {
        this.#waiting.push(connection);
        this.#wake();
      },
      onGone: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }

  #wake(): void {
    if (!this.#isWorking) void this.#work();
  }

  /** Counts some datagrams and some messages of one connection in turn, so that neither keeps the others waiting. */
  async #work(): Promise<void> {
    const { slices } = this.#options;
    this.#isWorking = true;
    while (true) {
      if (slices.isOver) await slices.next();
      if (this.#isStopped) break;
      const connection = this.#waiting.shift();
      if (connection !== undefined && this.#countSome(connection)) this.#waiting.push(connection);
      if (!this.#countSome(this.#datagrams) && connection === undefined) break;
    }
    this.#isWorking = false;
  }

  /** Counts until it is time to look at the clock; false where there is no more. */
  #countSome(from: { next(): ReceivedMessage | undefined }): boolean {
    for (let count = 0, size = 0; count < messagesBetweenLooks && size < charactersBetweenLooks; count++) {
      const message = from.next();
      if (message === undefined) return false;
      this.#count(message);
      size += message.bytes.length;
    }
    return true;
  }

  #count({ bytes, peer }: ReceivedMessage): void {
    const { sink, metrics } = this.#options;
    const found = parseSyslog(textOf(bytes), peer?.replace(/^::ffff:/, ""));
    if (found === undefined) metrics.dropped("malformed");
    else sink.line(found.message, found.envelope);
  }

  #failed(kind: "udp" | "tcp" | "drop", error: unknown): void {
    this.#options.metrics.failed("connection");
    this.#failures.failed(kind, error, { what: "receiving syslog", fields: { source: this.name } });
  }
}

/** What stands before the ends of lines and zeros that senders put behind a message. */
function textOf(bytes: Buffer): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a || bytes[end - 1] === 0)) end--;
  return bytes.toString("utf8", 0, end);
}

/** `host:port`, `[v6]:port` or `:port`. Throws a sentence if it is malformed. */
export function parseHostPort(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new Error("is no address; write host:port, :port or [v6]:port");
  return { host: match[1] ?? (match[2] || "::"), port };
}
