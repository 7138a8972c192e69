import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import * as fc from "fast-check";
import { generate } from "selfsigned";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { closed, closeFakeServers, fakeServer } from "./fixtures/fake-server.ts";
import { answerInTurn, login, message, sessionStart } from "./fixtures/postgres-server.ts";
import { openPostgres } from "./postgres-session.ts";
import type { Session } from "./session.ts";

afterEach(closeFakeServers);

const { signal } = new AbortController();

async function open(port: number, more: object = {}): Promise<Session> {
  return await openPostgres({ dialect: "postgres", host: "127.0.0.1", port, user: "me", ...more }, 10, signal);
}

it("gives the connection up by which it cancels, whatever is sent there", async () => {
  const { port, sockets } = await fakeServer((socket) => {
    // The second connection is that.
    if (sockets.length === 1) return answerInTurn(socket, sessionStart);
    const trickle = setInterval(() => socket.write("x"), 100);
    socket.on("close", () => clearInterval(trickle));
    socket.resume();
  });
  const session = await open(port);
  const hanging = session.query("SELECT hangs", { signal, timeoutSeconds: 0.05, maxRows: 1 });
  await expect(hanging).rejects.toThrow("cancelled");
  await expect.poll(() => sockets.length).toBe(2);
  // What is written to a connection that is gone ends it.
  await closed(sockets[1]!);
  await session.settled();
  expect(session.isBroken).toBe(true);
});

describe("a server that sends what is not of the protocol", () => {
  const endless = message("E", "MNo.\0");

  /** Serves the start of a session, of which some is sent in another's place. */
  async function serveInstead(index: number, bytes: Buffer): Promise<{ port: number; sockets: readonly Socket[] }> {
    return await fakeServer((socket) => {
      socket.on("end", () => socket.end());
      answerInTurn(socket, sessionStart.with(index, bytes));
    });
  }

  it.each([
    ["no body", message("R")],
    ["a key without a body", Buffer.concat([login, message("K")])],
    ["columns that there are not", message("T", [0, 9])],
    ["fewer columns than none", message("T", [255, 0])],
    ["parameters that there are not", message("t", [0, 200])],
    ["a row without its values", message("D", [0, 9, 0, 0, 0, 9])],
    ["a copy", message("G", [0, 0, 1])],
    ["a notification", message("A")],
    ["an error without a body", message("E")],
    ["an error without an end", endless],
    ["a notice without an end", message("N", "MNo.")],
    ["a web page", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ])("does not get a session: %s", async (_what, bytes) => {
    const { port, sockets } = await serveInstead(0, bytes);
    await expect(open(port)).rejects.toThrow("the server does not speak PostgreSQL's protocol: ");
    await closed(sockets[0]!);
  });

  it("loses a session that it had, and what is asked there", async () => {
    const { port, sockets } = await fakeServer((socket) => {
      socket.on("end", () => socket.end());
      answerInTurn(socket, [...sessionStart, endless]);
    });
    const session = await open(port);
    const asked = session.query("SELECT 1", { signal, timeoutSeconds: 10, maxRows: 1 });
    await expect(asked).rejects.toThrow("it sends an error that does not end");
    expect(session.isBroken).toBe(true);
    await closed(sockets[0]!);
  });

  it("is no more than a failed session, whatever it sends", async () => {
    const bytes = fc.uint8Array({ maxLength: 12 });
    const types = Array.from("RKSZTDCENAtGHWId123nsc?");
    const made = fc
      .array(fc.tuple(fc.constantFrom(...types), bytes), { minLength: 1, maxLength: 4 })
      .map((messages) => Buffer.concat([login, ...messages.map(([type, body]) => message(type, [...body]))]));
    const index = fc.nat(sessionStart.length - 2);
    const changed = fc.tuple(index, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(60));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.tuple(index, made),
          changed.map(([at, edits, cut]): [number, Buffer] => {
            const changing = Buffer.from(sessionStart[at]!.subarray(0, Math.max(sessionStart[at]!.length - cut, 1)));
            for (const [where, byte] of edits) changing[where % changing.length] = byte;
            return [at, changing];
          }),
        ),
        async ([at, sent]) => {
          const { port, sockets } = await fakeServer((socket) => {
            answerInTurn(socket, [...sessionStart.slice(0, at), sent]);
            let asked = 0;
            // That was the last that it says.
            socket.on("data", () => asked++ === at && socket.end());
          });
          // What is changed may mean nothing.
          await open(port).then(
            (session) => session.close(),
            (error) => expect(error).toBeInstanceOf(Error),
          );
          await closed(sockets[0]!);
          closeFakeServers();
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("a session over TLS", () => {
  let pair: { key: string; cert: string };
  beforeAll(async () => {
    const made = await generate([{ name: "commonName", value: "localhost" }], { keyType: "ec", algorithm: "sha256" });
    pair = { key: made.private, cert: made.cert };
  });

  async function serveEncrypted(answers: readonly Buffer[]): Promise<{ port: number; sockets: readonly Socket[] }> {
    return await fakeServer((socket) => {
      // It asks for TLS first.
      socket.once("data", () => {
        const encrypted = new TLSSocket(socket, { isServer: true, ...pair });
        encrypted.on("error", () => {}).on("end", () => encrypted.end());
        answerInTurn(encrypted, answers);
        socket.write("S");
      });
    });
  }
  const tls = { insecure_skip_verify: true };

  it("has what a server sends checked as well", async () => {
    const good = await serveEncrypted(sessionStart);
    const session = await open(good.port, { tls });
    expect(session.server.version).toBe("15.18");
    session.close();
    const bad = await serveEncrypted([message("E", "MNo.\0")]);
    await expect(open(bad.port, { tls })).rejects.toThrow("it sends an error that does not end");
    await closed(bad.sockets[0]!);
  });
});
