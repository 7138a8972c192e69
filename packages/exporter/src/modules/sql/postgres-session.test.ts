import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { closed, closeFakeServers, fakeServer } from "./fixtures/fake-server.ts";
import { openPostgres } from "./postgres-session.ts";

afterEach(closeFakeServers);

/** A message of the protocol. */
function message(type: string, ...parts: readonly (string | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

const ready = message("Z", "I");
const welcome = Buffer.concat([
  message("R", [0, 0, 0, 0]),
  message("S", "server_version\0", "15.18\0"),
  message("K", [0, 0, 0, 1, 0, 0, 0, 2]),
  ready,
]);
const done = Buffer.concat([message("1"), message("2"), message("n"), message("C", "SET\0"), ready]);
const field = ["v\0", [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]] as const;
const version = Buffer.concat([
  message("1"),
  message("2"),
  message("T", [0, 1], ...field),
  message("D", [0, 1, 0, 0, 0, 6], "150018"),
  message("C", "SHOW\0"),
  ready,
]);
/** What a server says to each thing that a session begins with. */
const start: readonly Buffer[] = [welcome, done, done, done, done, version];

const { signal } = new AbortController();
const settings = (port: number) => ({ dialect: "postgres", host: "127.0.0.1", port, user: "me" }) as const;

describe("a session with PostgreSQL", () => {
  it("gives the connection up by which it cancels, whatever is sent there", async () => {
    const { port, sockets } = await fakeServer((socket: Socket) => {
      let asked = 0;
      socket.on("data", (chunk: Buffer) => {
        if (chunk.readInt32BE(4) === 80_877_102) {
          const trickle = setInterval(() => socket.write("x"), 100);
          socket.on("close", () => clearInterval(trickle));
          return;
        }
        // The limit of a query's time is set before it.
        const answer = asked < start.length ? start[asked]! : done;
        if (asked++ <= start.length) socket.write(answer);
      });
    });
    const session = await openPostgres(settings(port), 10, signal);
    const hanging = session.query("SELECT hangs", { signal, timeoutSeconds: 0.05, maxRows: 1 });
    await expect(hanging).rejects.toThrow("cancelled");
    await expect.poll(() => sockets.length).toBe(2);
    // What is written to a connection that is gone ends it.
    await closed(sockets[1]!);
    await session.settled();
    expect(session.isBroken).toBe(true);
  });
});
