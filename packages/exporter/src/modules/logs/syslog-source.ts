import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { FailureLog } from "../../scrape/failure-log.ts";
import type { LineSink } from "./line-sink.ts";
import type { LogSource } from "./log-source.ts";
import type { Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { SyslogFrames } from "./syslog-frames.ts";
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

/** Messages that wait at most; those that come by UDP beyond it are dropped, and connections have to wait. */
const mostWaiting = 10_000;
const silentMilliseconds = 600_000;

/** Messages that programs and machines send by the protocol of syslog. */
export class SyslogSource implements LogSource {
  readonly name: string;
  readonly #options: SyslogSourceOptions;
  readonly #queue: { readonly bytes: Buffer; readonly peer: string | undefined }[] = [];
  readonly #connections = new Set<Socket>();
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
    for (const connection of this.#connections) connection.destroy();
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
      else if (this.#queue.length >= mostWaiting) this.#options.metrics.dropped("queue_full");
      else this.#add(bytes, peer);
    });
  }

  async #listenTcp(address: string): Promise<void> {
    const { host, port } = parseHostPort(address);
    const server = createServer((connection) => this.#connected(connection));
    server.maxConnections = this.#options.max_connections;
    server.on("drop", () =>
      this.#failed(
        "drop",
        new Error(`no more than ${this.#options.max_connections} connections may be open; raise max_connections`),
      ),
    );
    server.listen(port, host);
    await once(server, "listening");
    server.on("error", (error) => this.#failed("tcp", error));
    this.#tcp = server;
  }

  #connected(connection: Socket): void {
    const { metrics, maxLineSize } = this.#options;
    const peer = connection.remoteAddress;
    this.#connections.add(connection);
    const frames = new SyslogFrames(
      maxLineSize,
      (bytes) => this.#add(Buffer.from(bytes), peer),
      () => metrics.dropped("too_long"),
    );
    connection.setTimeout(silentMilliseconds, () => connection.destroy());
    connection.on("data", (bytes) => {
      metrics.bytes.inc(bytes.length);
      frames.take(bytes);
      if (this.#queue.length >= mostWaiting) connection.pause();
    });
    connection.on("end", () => frames.end());
    connection.on("error", () => {});
    connection.on("close", () => this.#connections.delete(connection));
  }

  #add(bytes: Buffer, peer: string | undefined): void {
    this.#queue.push({ bytes, peer });
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    const { slices } = this.#options;
    this.#isWorking = true;
    while (this.#queue.length > 0 && !this.#isStopped) {
      if (slices.isOver) await slices.next();
      for (const { bytes, peer } of this.#queue.splice(0, 16)) this.#count(bytes, peer);
      if (this.#queue.length < mostWaiting / 2) for (const connection of this.#connections) connection.resume();
    }
    this.#isWorking = false;
  }

  #count(bytes: Buffer, peer: string | undefined): void {
    const { sink, metrics } = this.#options;
    const found = parseSyslog(bytes.toString().replace(/[\r\n\0]+$/, ""), peer?.replace(/^::ffff:/, ""));
    if (found === undefined) metrics.dropped("malformed");
    else sink.line(found.message, found.envelope);
  }

  #failed(kind: "udp" | "tcp" | "drop", error: unknown): void {
    this.#options.metrics.failed("connection");
    this.#failures.failed(kind, error, { what: "receiving syslog", fields: { source: this.name } });
  }
}

/** `host:port`, `[v6]:port` or `:port`. Throws a sentence if it is malformed. */
export function parseHostPort(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new Error("is no address; write host:port, :port or [v6]:port");
  return { host: match[1] ?? (match[2] || "::"), port };
}
