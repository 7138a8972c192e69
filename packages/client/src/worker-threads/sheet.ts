import { Buffer } from "node:buffer";
import { absentLabel, absentLabelByte } from "../series/absent-label.ts";

/** What the head of a sheet tells, each a 32-bit number. */
const head = { capacity: 0, width: 1, nativeWidth: 2, textBytes: 3, end: 4 } as const;
const headBytes = 64;

/**
 * Where the numbers of a native histogram stand among those of its slot. Its count is the sum of the others. `size` is 0 where
 * there is none, -1 while it is rewritten, else one more than there are buckets; of these each has its key and its count.
 */
export const nativeColumns = { schema: 0, zeroThreshold: 1, zeroCount: 2, nanCount: 3, size: 4, buckets: 5 } as const;

/** How large a sheet is. */
export interface SheetSize {
  /** How many slots it has. */
  readonly capacity: number;
  /** How many numbers a slot has. */
  readonly width: number;
  /** How many numbers there are of the native histogram of a slot; 0 where there are none. */
  readonly nativeWidth: number;
  /** Room for label values, in bytes. */
  readonly textBytes: number;
}

/**
 * The columns of one table in one piece of shared memory, which is replaced by another when there is no more room.
 *
 * Numbers are written without any synchronization: a 64-bit number is written and read as a whole by every machine that
 * Node.js runs on with 64 bits. What belongs together is guarded by the slot's stamp, which goes up whenever the numbers do
 * not belong to the series any more that they belonged to before, and is odd while they are replaced. A reader takes the stamp
 * before and after, and what it read between counts only if both are the same and even.
 */
export class Sheet implements SheetSize {
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number;
  readonly width: number;
  readonly nativeWidth: number;
  readonly textBytes: number;
  readonly values: Float64Array;
  readonly created: Float64Array;
  readonly stamps: Int32Array;
  /** By slot, a number that no other series of the table ever had; 0 where there is none. */
  readonly births: Int32Array;
  /** By slot, where the label values stand in the text. Nothing that stands there is written over. */
  readonly texts: Int32Array;
  /** By slot, the native histogram, see {@link nativeColumns}. */
  readonly natives: Float64Array;
  readonly #head: Int32Array;
  readonly #text: Buffer;

  /** A view of a sheet. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#head = new Int32Array(buffer, 0, headBytes / 4);
    const capacity = (this.capacity = this.#head[head.capacity]!);
    const width = (this.width = this.#head[head.width]!);
    const nativeWidth = (this.nativeWidth = this.#head[head.nativeWidth]!);
    this.textBytes = this.#head[head.textBytes]!;
    let at = headBytes;
    const take = (bytes: number): number => (at += bytes) - bytes;
    this.values = new Float64Array(buffer, take(capacity * width * 8), capacity * width);
    this.created = new Float64Array(buffer, take(capacity * 8), capacity);
    this.natives = new Float64Array(buffer, take(capacity * nativeWidth * 8), capacity * nativeWidth);
    this.stamps = new Int32Array(buffer, take(capacity * 4), capacity);
    this.births = new Int32Array(buffer, take(capacity * 4), capacity);
    this.texts = new Int32Array(buffer, take(capacity * 4), capacity);
    this.#text = Buffer.from(buffer, at, this.textBytes);
  }

  /** How many bytes a sheet of that size takes. */
  static bytes({ capacity, width, nativeWidth, textBytes }: SheetSize): number {
    return headBytes + capacity * ((width + nativeWidth) * 8 + 20) + textBytes;
  }

  /** A new sheet, all zeros. Throws a `RangeError` where there is not enough memory. */
  static create(size: SheetSize): Sheet {
    const buffer = new SharedArrayBuffer(Sheet.bytes(size));
    const numbers = new Int32Array(buffer);
    numbers[head.capacity] = size.capacity;
    numbers[head.width] = size.width;
    numbers[head.nativeWidth] = size.nativeWidth;
    numbers[head.textBytes] = size.textBytes;
    return new Sheet(buffer);
  }

  /** One past the highest slot that was ever in use. */
  get end(): number {
    return Atomics.load(this.#head, head.end);
  }

  set end(end: number) {
    Atomics.store(this.#head, head.end, end);
  }

  /** Takes over what another sheet of the same table has, with the first `textEnd` bytes of its text. */
  copy(from: Sheet, textEnd: number): void {
    for (const column of ["values", "created", "stamps", "births", "texts"] as const) this[column].set(from[column]);
    for (let slot = 0; slot < from.end && this.nativeWidth > 0; slot++) this.#copyNative(slot, from);
    this.copyText(0, from, 0, textEnd);
    this.end = from.end;
  }

  /** Copies what is in use, so that the rest of the memory stays untouched. */
  #copyNative(slot: number, { natives }: Sheet): void {
    const start = slot * this.nativeWidth;
    const length = nativeColumns.buckets + 2 * Math.max(0, natives[start + nativeColumns.size]! - 1);
    this.natives.set(natives.subarray(start, start + length), start);
  }

  copyText(at: number, from: Sheet, start: number, length: number): void {
    this.#text.set(from.#text.subarray(start, start + length), at);
  }

  /** Writes label values, which must have room, and returns where they end. */
  writeText(at: number, labelValues: readonly string[]): number {
    for (const value of labelValues) {
      if (value === absentLabel) {
        this.#text[at++] = 1;
        this.#text[at++] = absentLabelByte;
        continue;
      }
      let length = Buffer.byteLength(value);
      for (; length > 127; length >>>= 7) this.#text[at++] = length | 128;
      this.#text[at++] = length;
      at += this.#text.write(value, at);
    }
    return at;
  }

  /** Reads `count` label values. */
  readText(at: number, count: number): string[] {
    const values: string[] = [];
    for (let i = 0; i < count; i++) {
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = this.#text[at++]!;
        length |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      const isAbsent = length === 1 && this.#text[at] === absentLabelByte;
      values.push(isAbsent ? absentLabel : this.#text.toString("utf8", at, at + length));
      at += length;
    }
    return values;
  }
}

/** How many bytes {@link Sheet.writeText} takes at most. */
export function textLength(labelValues: readonly string[]): number {
  let length = 0;
  for (const value of labelValues) length += 5 + Buffer.byteLength(value);
  return length;
}
