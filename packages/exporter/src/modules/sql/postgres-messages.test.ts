import { PassThrough } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, sessionStart } from "./fixtures/postgres-server.ts";
import { checkedMessages } from "./postgres-messages.ts";

/** What comes out of chunks, and why nothing more does. */
function checked(chunks: readonly Buffer[]): { messages: Buffer[]; error: Error | null } {
  const stream = new PassThrough().on("error", () => {});
  const messages: Buffer[] = [];
  checkedMessages(stream).on("data", (each: Buffer) => messages.push(each));
  for (const chunk of chunks) stream.emit("data", chunk);
  return { messages, error: stream.errored };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)));
  return [...chunks, bytes.subarray(at)];
}

describe("messages of a server", () => {
  it("are whole, one at a time, however they come", () => {
    const sent = [...sessionStart, message("D", [0, 1, 255, 255, 255, 255]), message("E", "SERROR\0", "MNo.\0", [0])];
    const bytes = Buffer.concat(sent);
    const { messages: whole, error } = checked([bytes]);
    expect(error).toBeNull();
    expect(whole).toHaveLength(4 + 4 * 5 + 6 + 5 + 2);
    expect(Buffer.concat(whole).equals(bytes)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.nat(30)), (sizes) => {
        expect(checked(cut(bytes, sizes))).toEqual({ messages: whole, error: null });
      }),
    );
  });

  it("are put together of as many parts as they come in", () => {
    const value = Buffer.alloc(10_000_000, "v");
    const row = message("D", [0, 1, 0, 0x98, 0x96, 0x80], value.toString());
    const { messages, error } = checked(cut(row, Array(100_000).fill(100)));
    expect(error).toBeNull();
    expect(messages.map((each) => each.equals(row))).toEqual([true]);
  });

  it("end where the stream does", () => {
    const stream = new PassThrough();
    let isEnded = false;
    checkedMessages(stream).on("end", () => (isEnded = true));
    stream.emit("end");
    expect(isEnded).toBe(true);
  });

  it("are refused when what reads them throws", () => {
    const stream = new PassThrough().on("error", () => {});
    checkedMessages(stream).on("data", () => {
      throw new RangeError("out of bounds");
    });
    stream.emit("data", message("Z", "I"));
    expect(stream.errored?.message).toBe("the server does not speak PostgreSQL's protocol: out of bounds");
  });

  it("are no more once the stream is destroyed", () => {
    const stream = new PassThrough();
    let count = 0;
    checkedMessages(stream).on("data", () => {
      count++;
      stream.destroy();
    });
    stream.emit("data", Buffer.concat([message("Z", "I"), message("Z", "I")]));
    expect(count).toBe(1);
  });

  it.each([
    ["too short for its type", message("K", [0, 0, 0, 1]), "it sends a message K that is too short"],
    ["of a length that does not count itself", Buffer.from([0x52, 0, 0, 0, 3, 0]), "a message R that is too short"],
    ["of a negative length", Buffer.from([0x52, 255, 255, 255, 240]), "a message R of 4294967280 bytes"],
    ["longer than is read", Buffer.from([0x45, 0, 16, 0, 1]), "a message E of 1048577 bytes"],
    ["HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "a message H of 1414811695 bytes"],
    ["MySQL's", Buffer.from("J\0\0\0\n8.0.1\0"), 'a message of the unknown type "J"'],
    ["an error without an end", message("E", "MNo.\0"), "it sends an error that does not end"],
    ["a notice within a field", message("N", "MNo"), "it sends an error that does not end"],
    ["a row of fewer values", message("D", [0, 2, 0, 0, 0, 1, 65]), "the server does not speak"],
    ["a row of a longer value", message("D", [0, 1, 0, 0, 0, 2, 65]), "a row whose values do not fit"],
    ["a row that goes back", message("D", [0, 2, 0, 0, 0, 1, 65, 255, 255, 255, 250]), "a row whose values do not fit"],
    ["a row of 1 GiB", Buffer.from([0x44, 64, 0, 0, 0]), "a row of 1073741824 bytes, where 16777216 are the most"],
    ["Kerberos", message("R", [0, 0, 0, 7]), "asks for a login of a kind that is not supported (7)"],
  ])("are refused: %s", (_what, bytes, why) => {
    for (const chunks of [[bytes], cut(bytes, Array(bytes.length).fill(1))]) {
      const { messages, error } = checked(chunks);
      expect(messages).toEqual([]);
      expect(error?.message).toContain(why);
    }
  });
});
