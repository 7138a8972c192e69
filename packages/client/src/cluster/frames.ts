import { absentLabel, absentLabelByte } from "../series/absent-label.ts";

/** The longest frame that is taken, in bytes. Writers keep to some 64 KiB unless one record alone is longer. */
export const longestFrame: number = 4 * 1024 * 1024;

const encoder = new TextEncoder();

/** Writes frames: the length of what follows, a byte that names the message, and what the message says. */
export class FrameWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #start = 0;

  /** Where the next byte goes. */
  get position(): number {
    return this.#length;
  }

  /** How long the frame is that was begun last. */
  get frameLength(): number {
    return this.#length - this.#start;
  }

  begin(message: number): void {
    this.#start = this.#length;
    this.u32(0);
    this.u8(message);
  }

  end(): void {
    this.#view.setUint32(this.#start, this.frameLength - 4, true);
  }

  u8(value: number): void {
    this.#makeRoom(1);
    this.#view.setUint8(this.#length, value);
    this.#length++;
  }

  u32(value: number): void {
    this.#makeRoom(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  i32(value: number): void {
    this.u32(value >>> 0);
  }

  f64(value: number): void {
    this.#makeRoom(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(text: string): void {
    this.#makeRoom(4 + text.length * 3);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length + 4));
    this.u32(written);
    this.#length += written;
  }

  /** The value of a label, or {@link absentLabel}. */
  label(value: string): void {
    if (value !== absentLabel) {
      this.text(value);
      return;
    }
    this.u32(1);
    this.u8(absentLabelByte);
  }

  /** Writes over what stands at an earlier position. */
  u32At(position: number, value: number): void {
    this.#view.setUint32(position, value, true);
  }

  /** The frames that were written since the last call, in bytes of their own. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const longer = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    longer.set(this.#bytes);
    this.#bytes = longer;
    this.#view = new DataView(longer.buffer);
  }
}

/** Reads a frame, behind its length. Throws where it says less than it should. */
export class FrameReader {
  readonly message: number;
  readonly #frame: Buffer;
  readonly #view: DataView;
  #position = 1;

  constructor(frame: Uint8Array) {
    this.#frame = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    this.message = frame[0]!;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#frame.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** Reads numbers into `target`, from its start on. */
  f64s(target: Float64Array, count: number): void {
    const view = this.#view;
    let at = this.#skip(count * 8);
    for (let i = 0; i < count; i++, at += 8) target[i] = view.getFloat64(at, true);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#skip(8), true);
  }

  text(): string {
    const length = this.u32();
    const start = this.#skip(length);
    return this.#frame.toString("utf8", start, start + length);
  }

  /** The value of a label, or {@link absentLabel}. */
  label(): string {
    const start = this.#position;
    const value = this.text();
    return this.#position === start + 5 && this.#frame[start + 4] === absentLabelByte ? absentLabel : value;
  }

  /** How many records follow, each of at least `size` bytes. */
  count(size: number): number {
    const count = this.u32();
    if (count * size > this.#frame.length - this.#position) throw new FrameError("it ends too early");
    return count;
  }

  #skip(count: number): number {
    const start = this.#position;
    if (start + count > this.#frame.length) throw new FrameError("it ends too early");
    this.#position += count;
    return start;
  }
}

/** Cuts what a stream brings into frames, without the lengths before them. */
export class FrameSplitter {
  readonly #chunks: Uint8Array[] = [];
  #buffered = 0;

  /** How many bytes wait. */
  get buffered(): number {
    return this.#buffered;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  /** The next frame, if all of it is there. Throws if it is empty or too long to be one. */
  next(): Uint8Array | undefined {
    if (this.#buffered < 4) return undefined;
    const head = this.#head(4);
    const length = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
    if (length === 0 || length > longestFrame) throw new FrameError(`its length is ${length}`);
    if (this.#buffered < 4 + length) return undefined;
    const frame = this.#head(4 + length).subarray(4, 4 + length);
    this.#chunks[0] = this.#chunks[0]!.subarray(4 + length);
    this.#buffered -= 4 + length;
    if (this.#chunks[0].length === 0) this.#chunks.shift();
    return frame;
  }

  /** The first chunk, made to have `count` bytes at least; so many must be there. */
  #head(count: number): Uint8Array {
    const first = this.#chunks[0]!;
    if (first.length >= count) return first;
    let length = 0;
    let chunks = 0;
    while (length < count) length += this.#chunks[chunks++]!.length;
    const head = Buffer.concat(this.#chunks.slice(0, chunks), length);
    this.#chunks.splice(0, chunks, head);
    return head;
  }
}

/** A frame that no reporter of ours writes. */
export class FrameError extends Error {
  constructor(fault: string) {
    super(`A frame is malformed: ${fault}.`);
  }
}
