const encoder = new TextEncoder();

/** Writes bytes into a buffer that grows, one behind the other. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next byte goes. */
  end = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `length` bytes more. */
  reserve(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.end + length));
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
  }

  append(source: Uint8Array): void {
    this.appendRange(source, 0, source.length);
  }

  /** The bytes of `source` from `start` up to `end`. */
  appendRange(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length);
    if (length > 128) {
      this.bytes.set(source.subarray(start, end), this.end);
      this.end += length;
      return;
    }
    // A call of set() costs more than a short loop.
    const { bytes } = this;
    let at = this.end;
    for (let i = start; i < end; i++) bytes[at++] = source[i]!;
    this.end = at;
  }

  /** Text as UTF-8. */
  text(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    this.reserve(text.length * 3);
    if (text.length < 64 && this.#ascii(text)) return;
    this.end += encoder.encodeInto(text, this.bytes.subarray(this.end)).written;
  }

  /** Writes text of ASCII alone; does nothing, and returns false, if there is anything else. */
  #ascii(text: string): boolean {
    const { bytes } = this;
    let at = this.end;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return false;
      bytes[at++] = unit;
    }
    this.end = at;
    return true;
  }
}
