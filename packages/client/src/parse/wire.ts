import { binaryError } from "./parse-error.ts";

const varintType = 0;
const fixed64Type = 1;
const lengthDelimitedType = 2;
const fixed32Type = 5;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the protobuf wire format: one field after the other, of the message that ends at a given byte. A field that the
 * caller does not know it must skip.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly bytes: Uint8Array;
  /** The next byte. */
  at = 0;
  /** The number of the field that was found last. */
  field = 0;
  readonly #view: DataView;
  #type = 0;
  #fieldAt = 0;
  // The halves of the varint that was read last, as unsigned numbers.
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws the error for the byte `at`, by default the first of the field that was found last. */
  fail(expected: string, found: string, at: number = this.#fieldAt): never {
    throw binaryError(at, expected, found);
  }

  /** Finds the next field of the message that ends at `end`. Returns false where there is none. */
  next(end: number): boolean {
    if (this.at === end) return false;
    if (this.at > end) this.fail("a field within its message", "one that is longer");
    this.#fieldAt = this.at;
    this.#readVarint();
    if (this.#high !== 0) this.fail("the tag of a field", "a number that is too large");
    this.field = this.#low >>> 3;
    this.#type = this.#low & 7;
    if (this.field === 0) this.fail("the tag of a field", "the field number 0");
    return true;
  }

  /** Passes over the value of the field. */
  skip(end: number): void {
    switch (this.#type) {
      case varintType:
        this.#readVarint();
        break;
      case fixed64Type:
        this.at += 8;
        break;
      case fixed32Type:
        this.at += 4;
        break;
      case lengthDelimitedType:
        this.at = this.#lengthEnd();
        break;
      default:
        this.fail("a field of a known wire type", `wire type ${this.#type}`);
    }
    if (this.at > end) this.fail("a field within its message", "one that is longer");
  }

  /** A message in the field: the byte at which it ends, which is not beyond `end`. */
  message(end: number): number {
    this.#expectType(lengthDelimitedType);
    const messageEnd = this.#lengthEnd();
    if (messageEnd > end) this.fail("a field within its message", "one that is longer");
    return messageEnd;
  }

  /** The message that a length precedes, outside any field: the byte at which it ends. */
  delimited(): number {
    this.#fieldAt = this.at;
    return this.#lengthEnd();
  }

  string(end: number): string {
    const start = this.at;
    const stringEnd = this.message(end);
    const from = this.at;
    this.at = stringEnd;
    // Most strings are short and ASCII, for which a decoder's call costs more than it saves.
    if (stringEnd - from < 32) {
      let text = "";
      let at = from;
      for (; at < stringEnd && this.bytes[at]! < 0x80; at++) text += String.fromCharCode(this.bytes[at]!);
      if (at === stringEnd) return text;
    }
    try {
      return decoder.decode(this.bytes.subarray(from, stringEnd));
    } catch {
      return this.fail("text in UTF-8", "other bytes", start);
    }
  }

  double(end: number): number {
    this.#expectType(fixed64Type);
    return this.#fixed64(end);
  }

  /** A `uint64` or `uint32`. Beyond 2^53 it is rounded. */
  unsigned(): number {
    this.#expectType(varintType);
    this.#readVarint();
    return this.#high * 2 ** 32 + this.#low;
  }

  /** An `int64` or `int32`. Beyond 2^53 it is rounded. */
  signed(): number {
    this.#expectType(varintType);
    this.#readVarint();
    return (this.#high | 0) * 2 ** 32 + this.#low;
  }

  /** A `sint64` or `sint32`. Beyond 2^53 it is rounded. */
  zigzag(): number {
    this.#expectType(varintType);
    return this.#readZigzag();
  }

  /** Adds the values of a repeated `sint64`, packed or one at a time. */
  zigzags(end: number, values: number[]): void {
    if (this.#type !== lengthDelimitedType) values.push(this.zigzag());
    else for (const packedEnd = this.message(end); this.at < packedEnd;) values.push(this.#readZigzag(packedEnd));
  }

  /** Adds the values of a repeated `double`, packed or one at a time. */
  doubles(end: number, values: number[]): void {
    if (this.#type !== lengthDelimitedType) values.push(this.double(end));
    else for (const packedEnd = this.message(end); this.at < packedEnd;) values.push(this.#fixed64(packedEnd));
  }

  #expectType(type: number): void {
    if (this.#type !== type) this.fail(`wire type ${type} in field ${this.field}`, `wire type ${this.#type}`);
  }

  #fixed64(end: number): number {
    if (this.at + 8 > end) this.fail("8 bytes of a double", `${end - this.at}`);
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  #readZigzag(end?: number): number {
    this.#readVarint();
    if (end !== undefined && this.at > end) this.fail("a number within its field", "one that is longer");
    const sign = -(this.#low & 1);
    const low = ((this.#low >>> 1) | (this.#high << 31)) ^ sign;
    const high = (this.#high >>> 1) ^ sign;
    return high * 2 ** 32 + (low >>> 0);
  }

  #lengthEnd(): number {
    this.#readVarint();
    const end = this.at + this.#high * 2 ** 32 + this.#low;
    if (end > this.bytes.length) this.fail("as many bytes as the length says", "the end of the input", this.#fieldAt);
    return end;
  }

  #readVarint(): void {
    const start = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) this.fail("a number", "the end of the input", start);
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= shift === 63 ? (bits & 1) << 31 : bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    this.fail("a number of at most ten bytes", "a longer one", start);
  }
}
