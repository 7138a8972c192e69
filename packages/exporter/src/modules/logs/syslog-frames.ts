const newline = 0x0a;
const none: Buffer = Buffer.alloc(0);

/**
 * Cuts the bytes of a connection into messages: a length before each, as RFC 6587 has it, or the end of a line behind each; by the
 * first character of each message, so that a sender may do either.
 */
export class SyslogFrames {
  readonly #mostBytes: number;
  readonly #tooLong: () => void;
  #rest: Buffer = none;
  /** Up to where the rest has been cut. */
  #at = 0;
  /** Bytes of a message that is too long which are still to come; Infinity up to the end of a line. */
  #skip = 0;
  #isEnded = false;

  constructor(mostBytes: number, tooLong: () => void) {
    this.#mostBytes = mostBytes;
    this.#tooLong = tooLong;
  }

  /** Takes what has come. */
  take(bytes: Buffer): void {
    this.#rest = this.#at === this.#rest.length ? bytes : Buffer.concat([this.#rest.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** The connection has ended: what is left is a message. */
  end(): void {
    this.#isEnded = true;
  }

  /** Cuts the next message off, of which the bytes are lent; undefined where more has to come before. */
  next(): Buffer | undefined {
    while (this.#at < this.#rest.length) {
      const message = this.#skip > 0 ? this.#pass() : this.#step();
      if (message !== null) return message ?? this.#last();
    }
    this.#rest = none;
    this.#at = 0;
    return undefined;
  }

  /** A message; null where something else was cut off, undefined where more has to come before. */
  #step(): Buffer | null | undefined {
    const length = isDigit(this.#rest[this.#at]) ? this.#length() : undefined;
    if (length === null) return undefined;
    if (length === undefined) return this.#line();
    const { digits, count } = length;
    if (count > this.#mostBytes) {
      this.#tooLong();
      this.#skip = count;
      this.#at += digits;
      return null;
    }
    if (this.#rest.length < this.#at + digits + count) return undefined;
    this.#at += digits;
    return this.#cut(this.#at + count);
  }

  #line(): Buffer | null | undefined {
    if (this.#rest[this.#at] === newline) {
      this.#at++;
      return null;
    }
    const end = this.#rest.indexOf(newline, this.#at);
    const size = (end < 0 ? this.#rest.length : end) - this.#at;
    if (size > this.#mostBytes) {
      this.#tooLong();
      this.#skip = Infinity;
      return null;
    }
    return end < 0 ? undefined : this.#cut(end);
  }

  #pass(): null {
    if (this.#skip < Infinity) {
      const passed = Math.min(this.#skip, this.#rest.length - this.#at);
      this.#skip -= passed;
      this.#at += passed;
      return null;
    }
    const end = this.#rest.indexOf(newline, this.#at);
    this.#at = end < 0 ? this.#rest.length : end + 1;
    if (end >= 0) this.#skip = 0;
    return null;
  }

  #last(): Buffer | undefined {
    if (!this.#isEnded) return undefined;
    const last = this.#cut(this.#rest.length);
    return isDigit(last[0]) ? undefined : last;
  }

  #cut(end: number): Buffer {
    const bytes = this.#rest.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** The length that stands before a message; null where it is not complete, undefined where there is none. */
  #length(): { readonly digits: number; readonly count: number } | null | undefined {
    const text = this.#rest.toString("latin1", this.#at, this.#at + 12);
    const match = /^(\d{1,10}) /.exec(text);
    if (match !== null) return { digits: match[0].length, count: Number(match[1]) };
    return /^\d{1,10}$/.test(text) ? null : undefined;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
