import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { Registry } from "@exporterkit/client";
import { readValue } from "@exporterkit/client/testing";
import { afterEach, describe, expect, it } from "vitest";
import { type Logger, silentLogger } from "../../logger.ts";
import { logsConfig } from "./fixtures/logs-under-test.ts";
import { LogMetrics } from "./log-metrics.ts";
import { lineSinks } from "./log-reader.ts";
import { Slices } from "./slices.ts";
import { declareSourceMetrics } from "./source-metrics.ts";
import { SyslogSource } from "./syslog-source.ts";

/** Nobody has a turn before the test gives one. */
class HeldSlices extends Slices {
  #turn: (() => void) | undefined;
  #isReleased = false;

  override get isOver(): boolean {
    return !this.#isReleased || super.isOver;
  }

  override next(): Promise<void> {
    return this.#isReleased ? super.next() : new Promise((resolve) => (this.#turn = resolve));
  }

  /** Gives one turn, and resolves when it is over. */
  async give(): Promise<void> {
    this.#turn?.();
    await turn();
  }

  /** Gives turns from now on as anywhere else. */
  release(): void {
    this.#isReleased = true;
    this.#turn?.();
  }
}

/** A source of syslog on ports of this machine. */
class Receiver {
  readonly slices = new HeldSlices();
  readonly #own = new Registry();
  readonly #source: SyslogSource;
  readonly #sockets: Socket[] = [];
  readonly #udp = createSocket("udp4");

  constructor(maxConnections: number, logger: Logger) {
    const address = "127.0.0.1:0";
    const metric = { name: "lines_total", type: "counter", help: "Lines." };
    const { sources } = logsConfig({ sources: [{ name: "s", syslog: { tcp: address }, metrics: [metric] }] });
    const metrics = declareSourceMetrics(this.#own)("s");
    this.#source = new SyslogSource({
      name: "s",
      udp: address,
      tcp: address,
      max_connections: maxConnections,
      maxLineSize: 65_536,
      sink: lineSinks({ source: sources[0]!, into: new LogMetrics(), metrics })({}),
      metrics,
      slices: this.slices,
      logger,
    });
  }

  async start(): Promise<void> {
    await this.#source.start();
  }

  async connect(): Promise<Socket> {
    const socket = connect(this.#source.ports.tcp!, "127.0.0.1").on("error", () => {});
    this.#sockets.push(socket);
    await once(socket, "connect");
    return socket;
  }

  async sendDatagram(text: string): Promise<void> {
    const send = promisify<string, number, string>(this.#udp.send.bind(this.#udp));
    await send(text, this.#source.ports.udp!, "127.0.0.1");
  }

  async value(name: string, labels: Record<string, string> = {}): Promise<number> {
    this.#source.observe();
    return (await readValue(this.#own, `exporterkit_logs_${name}`, { source: "s", ...labels })) ?? 0;
  }

  async stop(): Promise<void> {
    this.#udp.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.#source.stop();
    this.slices.release();
  }
}

const started: Receiver[] = [];
afterEach(async () => {
  for (const receiver of started.splice(0)) await receiver.stop();
});

async function receive(maxConnections: number, logger: Logger = silentLogger): Promise<Receiver> {
  const receiver = new Receiver(maxConnections, logger);
  started.push(receiver);
  await receiver.start();
  return receiver;
}

/** Most that is read of a connection at once. */
const oneRead = 65_536;
const datagram = "<1>datagram";

describe("whoever sends more than is counted", () => {
  it.each([
    ["short", "<1>a\n".repeat(400_000)],
    ["long", `<1>${"a".repeat(60_000)}\n`.repeat(32)],
  ])("has to wait after one read of each connection, while datagrams are taken (%s messages)", async (_, flood) => {
    const receiver = await receive(4);
    for (let count = 0; count < 4; count++) (await receiver.connect()).write(flood);
    await expect.poll(() => receiver.value("open_files")).toBe(4);
    // The event loop has many turns meanwhile, and could read of the connections in each.
    let bytes = 0;
    for (let sent = 0; sent < 20; sent++) {
      bytes = await receiver.value("read_bytes_total");
      await receiver.sendDatagram(datagram);
      await expect.poll(() => receiver.value("read_bytes_total")).toBeGreaterThanOrEqual(bytes + datagram.length);
    }
    expect(await receiver.value("read_bytes_total")).toBeLessThanOrEqual(4 * oneRead + 20 * datagram.length);
    expect(await receiver.value("dropped_lines_total", { reason: "queue_full" })).toBe(0);
    expect(await receiver.value("lines_total")).toBe(0);
    await receiver.slices.give();
    const counted = await receiver.value("lines_total");
    expect(counted).toBeGreaterThan(1);
    expect(counted).toBeLessThan(50);
  });

  it("has all of it counted, in turn with datagrams", async () => {
    const receiver = await receive(1);
    const socket = await receiver.connect();
    socket.write("<1>a\n".repeat(100_000));
    await expect.poll(() => receiver.value("read_bytes_total")).toBeGreaterThan(0);
    const bytes = await receiver.value("read_bytes_total");
    await receiver.sendDatagram("no priority");
    await expect.poll(() => receiver.value("read_bytes_total")).toBeGreaterThan(bytes);
    await receiver.slices.give();
    expect(await receiver.value("dropped_lines_total", { reason: "malformed" })).toBe(1);
    expect(await receiver.value("lines_total")).toBeLessThan(100);
    socket.end("<1>last");
    receiver.slices.release();
    await expect.poll(() => receiver.value("lines_total"), { timeout: 10_000 }).toBe(100_001);
    await expect.poll(() => receiver.value("open_files")).toBe(0);
  });

  it("and goes away is one of the connections until that is counted", async () => {
    const receiver = await receive(1);
    const first = await receiver.connect();
    first.write("<1>a\n".repeat(1000));
    await expect.poll(() => receiver.value("read_bytes_total")).toBe(5000);
    first.resetAndDestroy();
    const second = await receiver.connect();
    await once(second, "close");
    receiver.slices.release();
    await expect.poll(() => receiver.value("lines_total")).toBe(1000);
    await expect.poll(() => receiver.value("open_files")).toBe(0);
    const third = await receiver.connect();
    third.write("<1>b\n");
    await expect.poll(() => receiver.value("lines_total")).toBe(1001);
  });
});

describe("a message", () => {
  it("of zeros, which senders put behind a message, keeps nobody waiting", async () => {
    const receiver = await receive(1);
    await receiver.sendDatagram(`<1>${"\0".repeat(60_000)}x\r\n\0`);
    await expect.poll(() => receiver.value("read_bytes_total")).toBe(60_007);
    const start = performance.now();
    await receiver.slices.give();
    expect(performance.now() - start).toBeLessThan(1000);
    expect(await receiver.value("lines_total")).toBe(1);
  });
});

describe("connections beyond the most there may be", () => {
  it("are counted one by one, and logged once in a while", async () => {
    const logged: object[] = [];
    const log = (fields: object): void => void logged.push(fields);
    const receiver = await receive(1, { debug() {}, info: log, warn: log, error: log });
    await receiver.connect();
    for (let refused = 0; refused < 20; refused++) await once(await receiver.connect(), "close");
    expect(await receiver.value("errors_total", { kind: "connection" })).toBe(20);
    expect(logged).toEqual([{ source: "s", error: "no more than 1 connections may be open; raise max_connections" }]);
  });
});
