const encoder = new TextEncoder();

/** How many bytes behind those that {@link ByteWriter.copy} copies it may read, and overwrite, too. */
export const copySlack = 7;

/** Writes bytes into a buffer that grows, one behind the other. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Where the next byte goes. */
  end = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `length` bytes more. */
  reserve(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.end + length));
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** The buffer as a source for another writer's {@link ByteWriter.copy}, until it grows. */
  get view(): DataView {
    return this.#view;
  }

  append(source: Uint8Array): void {
    this.reserve(source.length);
    const { bytes } = this;
    let at = this.end;
    for (let i = 0; i < source.length; i++) bytes[at++] = source[i]!;
    this.end = at;
  }

  /** The bytes of `source` from `start` up to `end`, behind which there have to be {@link copySlack} more. */
  copy(source: DataView, start: number, end: number): void {
    const length = end - start;
    this.reserve(length + copySlack);
    if (length > 512) {
      this.bytes.set(new Uint8Array(source.buffer, start, length), this.end);
    } else {
      // Most copies are short: eight bytes at a time beats a call of set(), and a byte at a time.
      const view = this.#view;
      for (let from = start, to = this.end; from < end; from += 8, to += 8) {
        view.setInt32(to, source.getInt32(from));
        view.setInt32(to + 4, source.getInt32(from + 4));
      }
    }
    this.end += length;
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
