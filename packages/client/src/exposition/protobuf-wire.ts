const encoder = new TextEncoder();

/**
 * Writes protocol buffer fields into a buffer that grows.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWire {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  /** What was written, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  /** A field that is not negative and at most 2^53; also an enum. */
  uint(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  /** A `sint32` or `sint64` field, zigzag encoded. */
  sint(field: number, value: number): void {
    this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.#varint(field * 8 + 1);
    this.#reserve(8);
    this.#view.setFloat64(this.#end, value, true);
    this.#end += 8;
  }

  string(field: number, value: string): void {
    this.#varint(field * 8 + 2);
    this.delimited(() => {
      // A UTF-16 unit becomes at most three bytes.
      this.#reserve(value.length * 3);
      this.#end += encoder.encodeInto(value, this.#bytes.subarray(this.#end)).written;
    });
  }

  message(field: number, write: () => void): void {
    this.#varint(field * 8 + 2);
    this.delimited(write);
  }

  /** What `write` writes, with its length before it. */
  delimited(write: () => void): void {
    this.#reserve(1);
    const start = this.#end++;
    write();
    const length = this.#end - start - 1;
    if (length < 128) {
      this.#bytes[start] = length;
      return;
    }
    const extra = Math.floor(Math.log2(length) / 7);
    this.#reserve(extra);
    this.#bytes.copyWithin(start + 1 + extra, start + 1, this.#end);
    this.#end = start;
    this.#varint(length);
    this.#end += length;
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#end++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#end++] = rest;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
