/**
 * Cuts the bytes of a connection into messages: a length before each, as RFC 6587 has it, or the end of a line behind each; by the
 * first character of each message, so that a sender may do either.
 */
export class SyslogFrames {
  readonly #mostBytes: number;
  readonly #message: (bytes: Buffer) => void;
  readonly #tooLong: () => void;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a message that is too long which are still to come; Infinity up to the end of a line. */
  #skip = 0;

  constructor(mostBytes: number, message: (bytes: Buffer) => void, tooLong: () => void) {
    this.#mostBytes = mostBytes;
    this.#message = message;
    this.#tooLong = tooLong;
  }

  /** Takes what has come. */
  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0 && this.#step());
  }

  /** Takes what is left as a message: the connection has ended. */
  end(): void {
    if (this.#skip === 0 && this.#rest.length > 0 && !isDigit(this.#rest[0])) this.#message(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  /** Takes one message off; false where more has to come before. */
  #step(): boolean {
    if (this.#skip > 0) return this.#pass();
    const length = isDigit(this.#rest[0]) ? this.#length() : undefined;
    if (length === null) return false;
    if (length === undefined) return this.#takeLine();
    const { start, count } = length;
    if (count > this.#mostBytes) {
      this.#tooLong();
      this.#skip = count;
      this.#rest = this.#rest.subarray(start);
      return true;
    }
    if (this.#rest.length < start + count) return false;
    this.#message(this.#rest.subarray(start, start + count));
    this.#rest = this.#rest.subarray(start + count);
    return true;
  }

  #takeLine(): boolean {
    const end = this.#rest.indexOf(0x0a);
    if (end > this.#mostBytes || (end < 0 && this.#rest.length > this.#mostBytes)) {
      this.#tooLong();
      this.#skip = Infinity;
      return true;
    }
    if (end < 0) return false;
    if (end > 0) this.#message(this.#rest.subarray(0, end));
    this.#rest = this.#rest.subarray(end + 1);
    return true;
  }

  #pass(): boolean {
    if (this.#skip < Infinity) {
      const passed = Math.min(this.#skip, this.#rest.length);
      this.#skip -= passed;
      this.#rest = this.#rest.subarray(passed);
      return true;
    }
    const end = this.#rest.indexOf(0x0a);
    this.#rest = end < 0 ? Buffer.alloc(0) : this.#rest.subarray(end + 1);
    if (end >= 0) this.#skip = 0;
    return true;
  }

  /** The length that stands before a message; null where it is not complete, undefined where there is none. */
  #length(): { readonly start: number; readonly count: number } | null | undefined {
    const text = this.#rest.toString("latin1", 0, 12);
    const match = /^(\d{1,10}) /.exec(text);
    if (match !== null) return { start: match[0].length, count: Number(match[1]) };
    return /^\d{1,10}$/.test(text) ? null : undefined;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
