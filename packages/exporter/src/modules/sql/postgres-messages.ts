import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { messageOf } from "../../exporter-error.ts";

/** The longest row that is read, and the longest of all other messages, in bytes. */
const longestRow = 16 * 1024 * 1024;
const longestOther = 1024 * 1024;

/** A message begins with its type, and its length, which counts itself. */
const headerBytes = 5;
const lengthBytes = 4;

/** The messages that `pg` can read, by their types, and how many bytes each has at least after its header. */
const leastBytes: Readonly<Record<string, number>> = {
  "1": 0,
  "2": 0,
  "3": 0,
  A: 6,
  C: 1,
  D: 2,
  E: 1,
  G: 3,
  H: 3,
  I: 0,
  K: 8,
  N: 1,
  R: 4,
  S: 2,
  T: 2,
  W: 0,
  Z: 1,
  c: 0,
  d: 0,
  n: 0,
  s: 0,
  t: 2,
};

/** What a server may ask for a login: nothing, a password, its MD5, and SCRAM in three steps. */
const logins: ReadonlySet<number> = new Set([0, 3, 5, 10, 11, 12]);

/** Why a server is not read any further. */
class Refused extends Error {}

/**
 * What a server sends, one whole message for each `data` event. The parser of `pg` trusts its server: what is malformed makes
 * it throw where nobody catches, or never end. Here it destroys the stream with an error.
 */
export function checkedMessages(stream: Duplex): EventEmitter {
  const checked = new EventEmitter();
  const splitter = new MessageSplitter();
  stream.on("data", (chunk: Buffer) => {
    try {
      for (const message of splitter.split(chunk)) {
        if (stream.destroyed) return;
        checkBody(message);
        checked.emit("data", message);
      }
    } catch (error) {
      stream.destroy(error instanceof Refused ? error : malformed(messageOf(error)));
    }
  });
  stream.on("end", () => checked.emit("end"));
  return checked;
}

/** Cuts what comes in chunks into messages. */
class MessageSplitter {
  /** The message that is not whole yet: its header, and all of it once its length is known. */
  #begun = Buffer.alloc(headerBytes);
  #filled = 0;

  *split(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#filled === 0 && at + headerBytes <= chunk.length) {
        const end = at + sizeOf(chunk, at);
        if (end <= chunk.length) {
          yield chunk.subarray(at, end);
          at = end;
          continue;
        }
      }
      const copied = chunk.copy(this.#begun, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled < this.#begun.length) return;
      const size = sizeOf(this.#begun, 0);
      const whole = this.#begun;
      if (this.#filled < size) {
        this.#begun = Buffer.allocUnsafe(size);
        whole.copy(this.#begun);
        continue;
      }
      this.#begun = Buffer.alloc(headerBytes);
      this.#filled = 0;
      yield whole;
    }
  }
}

/** How many bytes a message has, by the header that begins at a place. Throws where it is not to be read. */
function sizeOf(bytes: Buffer, at: number): number {
  const type = String.fromCharCode(bytes[at]!);
  const length = bytes.readUInt32BE(at + 1);
  const least = leastBytes[type];
  if (least === undefined) throw malformed(`it sends a message of the unknown type ${JSON.stringify(type)}`);
  if (length < lengthBytes + least) throw malformed(`it sends a message ${type} that is too short`);
  if (type === "D" && length > longestRow) {
    throw new Refused(`a row of ${length} bytes, where ${longestRow} are the most; select less of it`);
  }
  if (type !== "D" && length > longestOther) throw malformed(`it sends a message ${type} of ${length} bytes`);
  return headerBytes - lengthBytes + length;
}

/** Throws where the parser would not end, or read the same again and again. What else is wrong makes it throw. */
function checkBody(message: Buffer): void {
  const type = String.fromCharCode(message[0]!);
  if (type === "D") checkRow(message);
  if (type === "E" || type === "N") checkFields(message);
  if (type === "R") checkLogin(message);
}

function checkRow(row: Buffer): void {
  const columns = row.readInt16BE(headerBytes);
  let at = headerBytes + 2;
  for (let i = 0; i < columns; i++) {
    const length = row.readInt32BE(at);
    // -1 is NULL.
    at += 4 + Math.max(length, 0);
    if (length < -1 || at > row.length) throw malformed("it sends a row whose values do not fit");
  }
}

/** Fields are a byte and a text that ends with a zero, until there is a zero in the place of the byte. */
function checkFields(message: Buffer): void {
  for (let at = headerBytes; message[at] !== 0;) {
    const end = message.indexOf(0, at + 1);
    if (end === -1) throw malformed("it sends an error that does not end");
    at = end + 1;
  }
}

function checkLogin(message: Buffer): void {
  const kind = message.readInt32BE(headerBytes);
  if (logins.has(kind)) return;
  throw new Refused(
    `the server asks for a login of a kind that is not supported (${kind}); have it ask for a password`,
  );
}

function malformed(what: string): Refused {
  return new Refused(`the server does not speak PostgreSQL's protocol: ${what}`);
}
