import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.ts";
import { closed, closeFakeServers, fakeServer } from "./fixtures/fake-server.ts";
import { openMySql } from "./mysql-session.ts";

afterEach(closeFakeServers);

function packet(sequence: number, ...parts: readonly (string | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, body]);
}

const hello = packet(
  0,
  [10],
  "8.0.1\0",
  [1, 0, 0, 0],
  "12345678\0",
  [9, 0xa2, 33, 2, 0, 0, 0, 0],
  Array(10).fill(0),
  "123456789012\0",
);
const ok = (sequence: number): Buffer => packet(sequence, [0, 0, 0, 2, 0, 0, 0]);
const column = packet(2, [3], "def", [0, 0, 0, 1], "v", [1], "v", [12, 33, 0, 255, 0, 0, 0, 253, 0, 0, 0, 0, 0]);
const end = (sequence: number): Buffer => packet(sequence, [254, 0, 0, 2, 0]);
const version = Buffer.concat([packet(1, [1]), column, end(3), packet(4, [5], "8.0.1"), end(5)]);

/** Lets everybody in, and answers what a session begins with. */
function serve(socket: Socket): void {
  socket.on("end", () => socket.end());
  socket.write(hello);
  socket.once("data", () => {
    socket.write(ok(2));
    socket.on("data", (chunk: Buffer) => {
      const sql = chunk.toString("latin1", 5);
      if (sql.startsWith("SET")) socket.write(ok(1));
      if (sql.startsWith("SELECT VERSION")) socket.write(version);
    });
  });
}

describe("a session with MySQL", () => {
  it("gives the connection up by which it cancels, should nothing be answered there", async () => {
    const { port, sockets } = await fakeServer(serve);
    const settings = { dialect: "mysql", host: "127.0.0.1", port, user: "me", password: new Secret("x") } as const;
    const { signal } = new AbortController();
    const session = await openMySql(settings, 10, signal);
    const hanging = session.query("SELECT hangs", { signal, timeoutSeconds: 0.05, maxRows: 1 });
    await expect(hanging).rejects.toThrow("cancelled");
    await expect.poll(() => sockets.length).toBe(2);
    await Promise.all(sockets.map((socket) => closed(socket)));
    await session.settled();
    expect(session.isBroken).toBe(true);
  });
});
