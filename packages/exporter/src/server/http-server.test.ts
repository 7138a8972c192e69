import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import type { TcpAddress } from "./address.ts";
import { type Handler, HttpServer } from "./http-server.ts";

const local = { host: "127.0.0.1", port: 0 };
let server: HttpServer;
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server.stop(0);
});

const hello: Handler = async (_request, response) => {
  response.end("hello");
};

async function serve({ handle = hello, maxConnections = 512, logger = silentLogger } = {}): Promise<number> {
  server = new HttpServer({ handle, logger, maxConnections });
  const [address] = await server.listen([local]);
  return (address as TcpAddress).port;
}

/** A connection that keeps what it gets. */
async function open(port: number): Promise<{ socket: Socket; got: () => string; closed: Promise<unknown> }> {
  const socket = connect(port, "127.0.0.1");
  clients.push(socket);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => {});
  const closed = once(socket, "close");
  await once(socket, "connect");
  return { socket, got: () => text, closed };
}

const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

describe("when more connections are opened than there may be", () => {
  it("closes those that have asked nothing, the oldest first", async () => {
    const port = await serve({ maxConnections: 3 });
    const [first, second, third] = [await open(port), await open(port), await open(port)];
    first.socket.write("GET / HTTP/1.1\r\nHost:");
    second.socket.write(request);
    await expect.poll(second.got).toContain("hello");
    // Both what has never asked and what waits for its next request is silent; the one for longer than the other.
    await open(port);
    await first.closed;
    await open(port);
    await third.closed;
    second.socket.write(request);
    await expect.poll(second.got).toMatch(/hello.*hello/s);
    const last = await open(port);
    last.socket.write(request);
    await expect.poll(last.got).toContain("hello");
  });

  it("keeps those that wait for an answer, and refuses the new one if there are no others", async () => {
    const answers: (() => void)[] = [];
    const port = await serve({
      maxConnections: 2,
      async handle(_request, response) {
        await new Promise<void>((resolve) => answers.push(resolve));
        response.end("late");
      },
    });
    const waiting = [await open(port), await open(port)];
    for (const { socket } of waiting) socket.write(request);
    await expect.poll(() => answers.length).toBe(2);
    await (
      await open(port)
    ).closed;
    for (const answer of answers) answer();
    for (const { got } of waiting) await expect.poll(got).toContain("late");
  });

  it("closes a connection whose client does not read, sooner than refuse the new one", async () => {
    const asked = vi.fn();
    const port = await serve({
      maxConnections: 1,
      async handle({ url }, response) {
        asked();
        response.end(url === "/" ? "hello" : Buffer.alloc(50_000_000));
      },
    });
    const deaf = await open(port);
    deaf.socket.pause();
    deaf.socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 10_000);
    const other = await open(port);
    other.socket.write(request);
    await expect.poll(other.got).toContain("hello");
  });

  it("answers through a flood of connections that say nothing", async () => {
    const port = await serve({ maxConnections: 50 });
    for (let i = 0; i < 300; i++) (await open(port)).socket.write("GET / HTTP/1.1\r\nX-A: a\r\n");
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("hello");
  });
});

it("answers on every address, and on none if one cannot be had", async () => {
  server = new HttpServer({ handle: hello, logger: silentLogger, maxConnections: 10 });
  const addresses = (await server.listen([local, local])) as TcpAddress[];
  for (const { port } of addresses) expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("hello");
  await server.stop();

  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const taken = (other.address() as AddressInfo).port;
  const [free] = addresses;
  server = new HttpServer({ handle: hello, logger: silentLogger, maxConnections: 10 });
  await expect(server.listen([free!, { host: "127.0.0.1", port: taken }])).rejects.toThrow("the port is in use");
  await expect(fetch(`http://127.0.0.1:${free!.port}`)).rejects.toThrow("fetch failed");
  other.close();
});

it("sends security headers with every answer", async () => {
  const port = await serve({ handle: () => Promise.reject(new Error("secret")) });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect([response.status, await response.text()]).toEqual([500, "Failed; the log says why.\n"]);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("x-frame-options")).toBe("deny");
});

it("does not wait for a body, and closes the connection that one is sent on", async () => {
  const port = await serve();
  for (const header of [
    "Content-Length: 1000000",
    "Transfer-Encoding: chunked",
    "Content-Length: 5\r\nExpect: 100-continue",
  ]) {
    const client = await open(port);
    client.socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    await client.closed;
    expect(client.got()).toMatch(/^HTTP\/1.1 200 OK/);
    expect(client.got()).toMatch(/Connection: close\r\n.*hello$/s);
  }
});

it("refuses a header that is too large", async () => {
  const port = await serve();
  const client = await open(port);
  client.socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(20_000)}\r\n\r\n`);
  await client.closed;
  expect(client.got()).toMatch(/^HTTP\/1.1 431 /);
});

it("stops at once when nothing is asked, and after the grace it is given at the latest", async () => {
  const asked = vi.fn();
  const port = await serve({ handle: () => new Promise(asked) });
  const idle = await open(port);
  await server.stop();
  await idle.closed;

  const again = await serve({ handle: () => new Promise(asked) });
  const hung = await open(again);
  hung.socket.write(request);
  await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 10_000);
  await server.stop(0.05);
  await hung.closed;
});
