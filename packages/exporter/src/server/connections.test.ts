import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Connections } from "./connections.ts";
import { createFront } from "./front.ts";
import { type Listener, listen } from "./listener.ts";

let listener: Listener;
afterEach(() => listener.close());

async function serve(connections: Connections): Promise<number> {
  const take = createFront(undefined, {
    request: (socket, request, response) => {
      connections.asks(socket, response, () => request.socket.end());
      response.end("hello");
    },
    session() {},
  });
  listener = await listen({ host: "127.0.0.1", port: 0 }, (socket) => void (connections.add(socket) && take(socket)));
  return "port" in listener.address ? listener.address.port : 0;
}

it("gives a connection a while for its first request, however slowly it comes", async () => {
  const port = await serve(new Connections({ maxConnections: 10, firstRequestSeconds: 0.3 }));
  const slow = connect(port, "127.0.0.1");
  slow.on("error", () => {});
  slow.write("GET / HTTP/1.1\r\nX-Slow: ");
  const drip = setInterval(() => slow.write("X"), 20);
  await new Promise((resolve) => slow.once("close", resolve));
  clearInterval(drip);
});

it("keeps a connection for the next request, for a while", async () => {
  const connections = new Connections({ maxConnections: 10, firstRequestSeconds: 0.2, idleSeconds: 0.5 });
  const client = connect(await serve(connections), "127.0.0.1");
  const closed = once(client, "close");
  for (let i = 0; i < 3; i++) {
    client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(client, "data");
  }
  expect(connections.size).toBe(1);
  await closed;
  await expect.poll(() => connections.size).toBe(0);
});
