import { ByteWriter } from "./byte-writer.ts";

const float = new DataView(new ArrayBuffer(8));
const floatBytes = new Uint8Array(float.buffer);

/**
 * Writes protocol buffer fields.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWire {
  /** Where the fields go. */
  target: ByteWriter = new ByteWriter(0);

  /** A field that is not negative and at most 2^53; also an enum. */
  uint(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  /** A `sint32` or `sint64` field, zigzag encoded. */
  sint(field: number, value: number): void {
    this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.varint(field * 8 + 1);
    float.setFloat64(0, value, true);
    this.target.append(floatBytes);
  }

  string(field: number, value: string): void {
    this.message(field, () => this.target.text(value));
  }

  /** A field of what `write` writes, with its length before it. */
  message(field: number, write: () => void): void {
    const { target } = this;
    this.varint(field * 8 + 2);
    target.reserve(1);
    const start = target.end++;
    write();
    const length = target.end - start - 1;
    if (length < 128) {
      target.bytes[start] = length;
      return;
    }
    const extra = Math.floor(Math.log2(length) / 7);
    target.reserve(extra);
    target.bytes.copyWithin(start + 1 + extra, start + 1, target.end);
    target.end = start;
    this.varint(length);
    target.end += length;
  }

  varint(value: number): void {
    const { target } = this;
    target.reserve(10);
    let rest = value;
    while (rest >= 128) {
      target.bytes[target.end++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    target.bytes[target.end++] = rest;
  }
}
