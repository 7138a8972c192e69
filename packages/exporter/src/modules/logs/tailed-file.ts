import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { LineSink } from "./line-sink.ts";
import { decode, lineTexts } from "./line-texts.ts";
import { charactersBetweenLooks, type Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";

/** Bytes at the start of a file by which it is known again. */
const headSize = 1024;
/** Bytes before the place that has been read, which must be the same when reading goes on. */
const beforeSize = 64;

/** What a file must be like at a place for it to be the one that was read up to there. */
export interface FileMark {
  readonly offset: number;
  /** What it begins with, 1024 bytes at most and none behind the place. */
  readonly head: Buffer;
  /** The bytes before the place, 64 at most. */
  readonly before: Buffer;
  /** Whether the place is within a line that is passed over. */
  readonly isSkipping: boolean;
}

/** What reading a file takes. */
export interface TailOptions {
  readonly sink: LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly maxLineSize: number;
  /** Where bytes are read to; longer than a line may be. Nobody else uses it meanwhile. */
  readonly buffer: Buffer;
  /** Called before a file that was truncated is read from its start again, with where it was. */
  onTruncated(file: TailedFile, mark: FileMark): Promise<void>;
}

const nothing = Buffer.alloc(0);

/** A file that is read to its end, and further as it grows. It is always read from the start of a line. */
export class TailedFile {
  path: string;
  readonly dev: number;
  readonly ino: number;
  /** What it is known by for longer than it is open: the number of a file that is deleted may be given to another. */
  readonly key: string;
  /** When it lost its name or got another, in milliseconds; undefined while it has it. */
  rotatedAt: number | undefined;
  /** When it last was longer than before. */
  grownAt: number = performance.now();
  readonly #handle: FileHandle;
  readonly #options: TailOptions;
  #offset = 0;
  #head: Buffer = nothing;
  #before: Buffer = nothing;
  #size = 0;
  /** The size and time of the file as they were when it had been read to its end. */
  #seen = "";
  /** Whether the rest of a line is passed over that is too long. */
  #isSkipping = false;
  /** The lines that are being counted: the bytes that were read, where the first line begins in them, and how many are done. */
  #chunk: { readonly bytes: Buffer; readonly start: number; done: number; pending: number | undefined } | undefined;
  /** Where the first line of an event begins that is not complete. */
  #pending: FileMark | undefined;
  #isClosed = false;

  private constructor(path: string, handle: FileHandle, stats: Stats, options: TailOptions) {
    this.path = path;
    this.dev = stats.dev;
    this.ino = stats.ino;
    this.key = `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
    this.#handle = handle;
    this.#options = options;
    this.#size = stats.size;
  }

  /** Opens a file; undefined where it is none that can be tailed. It is read from its start, unless `mark` says where. */
  static async open(path: string, options: TailOptions, mark?: FileMark): Promise<TailedFile | undefined> {
    // A pipe of that name must not keep us waiting for somebody who writes to it.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (stats.isFile()) {
        const file = new TailedFile(path, handle, stats, options);
        if (mark !== undefined) file.#setMark(mark);
        return file;
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  /** What it is known by while it is open. */
  get id(): string {
    return `${this.dev}:${this.ino}`;
  }

  /** What has not been read yet, in bytes. */
  get lag(): number {
    return Math.max(0, this.#size - this.mark().offset);
  }

  /** Whether nothing of it has been read. */
  get isUnread(): boolean {
    return this.#offset === 0 && this.#chunk === undefined;
  }

  /** Up to where its lines have been counted. */
  mark(): FileMark {
    if (this.#pending !== undefined) return this.#pending;
    const chunk = this.#chunk;
    if (chunk !== undefined) return this.#markAt(chunk.pending ?? chunk.done);
    return { offset: this.#offset, head: this.#head, before: this.#before, isSkipping: this.#isSkipping };
  }

  /** Leaves out what there is, up to the end of the last line. */
  async skipToEnd(): Promise<void> {
    const { size } = await this.#handle.stat();
    this.#head = await this.#read(0, Math.min(size, headSize));
    let offset = size;
    for (let end = size; end > 0; end -= 4096) {
      const start = Math.max(0, end - 4096);
      const newline = (await this.#read(start, end - start)).lastIndexOf(0x0a);
      if (newline < 0 && start > 0 && size - start < this.#options.maxLineSize) continue;
      offset = newline < 0 ? start : start + newline + 1;
      this.#isSkipping = newline < 0 && start > 0;
      break;
    }
    this.#offset = offset;
    this.#head = this.#head.subarray(0, offset);
    this.#before = await this.#read(Math.max(0, offset - beforeSize), Math.min(offset, beforeSize));
    this.#size = size;
  }

  /** Whether the file is what was read up to the mark, and goes on from there. */
  async fits({ offset, head, before }: FileMark): Promise<boolean> {
    const { size } = await this.#handle.stat();
    if (size < offset) return false;
    if (!(await this.#read(0, head.length)).equals(head)) return false;
    return (await this.#read(offset - before.length, before.length)).equals(before);
  }

  /** The bytes from a place on; fewer where the file ends. */
  async bytesAt(position: number, length: number): Promise<Buffer> {
    return await this.#read(position, length);
  }

  /**
   * Counts what there is, `budget` bytes at most. Resolves to whether there may be more. Once `isLast` a rest without an end of
   * line counts as a line, too.
   */
  async drain(budget: number, isLast = false): Promise<boolean> {
    const { sink, buffer, maxLineSize, metrics } = this.#options;
    if (sink.isDue) this.#flush();
    const stats = await this.#handle.stat();
    const seen = `${stats.size} ${stats.mtimeMs}`;
    this.#size = stats.size;
    if (seen === this.#seen && !isLast) return false;
    const isSame = stats.size >= this.#offset && (await this.#read(0, this.#head.length)).equals(this.#head);
    if (!isSame) await this.#restart();
    for (let taken = 0; taken < budget && !this.#isClosed;) {
      const overlap = this.#before.length;
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#offset - overlap);
      if (!buffer.subarray(0, Math.min(overlap, bytesRead)).equals(this.#before)) {
        await this.#restart();
        continue;
      }
      const data = buffer.subarray(overlap, bytesRead);
      const end = data.lastIndexOf(0x0a) + 1;
      if (end === 0 && data.length > 0 && (this.#isSkipping || data.length > maxLineSize)) {
        if (!this.#isSkipping) metrics.dropped("too_long");
        this.#isSkipping = true;
        this.#advance(buffer, overlap, data.length);
        taken += data.length;
        if (this.#options.slices.isOver) await this.#options.slices.next();
        continue;
      }
      if (end === 0) {
        if (!isLast) this.#seen = seen;
        else if (data.length > 0) {
          sink.line(decode(data));
          this.#advance(buffer, overlap, data.length);
        }
        if (isLast) this.#flush();
        return false;
      }
      taken += end;
      await this.#count(buffer, overlap, overlap + end);
    }
    return true;
  }

  /** Has {@link drain} end soon. */
  interrupt(): void {
    this.#isClosed = true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#handle.close();
  }

  /** Counts whole lines. */
  async #count(bytes: Buffer, start: number, end: number): Promise<void> {
    const { sink, slices, maxLineSize, metrics } = this.#options;
    let from = start;
    if (this.#isSkipping) {
      from = bytes.indexOf(0x0a, start) + 1;
      this.#isSkipping = false;
      this.#advance(bytes, start, from - start);
    }
    const chunk = { bytes: bytes.subarray(0, end), start: from, done: 0, pending: undefined as number | undefined };
    this.#chunk = chunk;
    for (const text of lineTexts(bytes, from, end)) {
      for (let at = 0, lookAt = 0; at < text.length;) {
        if (at >= lookAt) {
          lookAt = at + charactersBetweenLooks;
          if (slices.isOver) {
            await slices.next();
            if (this.#isClosed) return;
          }
        }
        const newline = text.indexOf("\n", at);
        const last = text.charCodeAt(newline - 1) === 0x0d && newline > at ? newline - 1 : newline;
        if (last - at > maxLineSize) metrics.dropped("too_long");
        else {
          sink.lineIn(text, at, last);
          if (sink.pendingLines === 1) {
            chunk.pending = chunk.done;
            this.#pending = undefined;
          }
        }
        at = newline + 1;
        chunk.done++;
      }
    }
    if (chunk.pending !== undefined) this.#pending = this.#markAt(chunk.pending);
    this.#chunk = undefined;
    this.#advance(bytes, from, end - from);
  }

  /** Where the line begins that is the `index`th of the chunk. */
  #markAt(index: number): FileMark {
    const { bytes, start } = this.#chunk!;
    let at = start;
    for (let line = 0; line < index; line++) at = bytes.indexOf(0x0a, at) + 1;
    const offset = this.#offset + at - start;
    // In the chunk's bytes stands what is before its first line, too.
    const first = offset - at;
    const head = first > this.#head.length ? this.#head : joined(this.#head, first, bytes.subarray(0, at));
    const before = Buffer.from(bytes.subarray(Math.max(0, at - beforeSize), at));
    return { offset, head, before, isSkipping: false };
  }

  /** Goes on behind `length` bytes that stand in `bytes` from `start` on. */
  #advance(bytes: Buffer, start: number, length: number): void {
    const end = start + length;
    const first = this.#offset - start;
    if (first <= this.#head.length) this.#head = joined(this.#head, first, bytes.subarray(0, end));
    this.#before = Buffer.from(bytes.subarray(Math.max(0, end - beforeSize), end));
    this.#offset += length;
    this.grownAt = performance.now();
    this.#options.metrics.bytes.inc(length);
  }

  #flush(): void {
    this.#options.sink.flush();
    this.#pending = undefined;
  }

  /** The file is another one now, or begins anew. */
  async #restart(): Promise<void> {
    const { metrics } = this.#options;
    metrics.rotations.inc();
    this.#flush();
    // Until what is left of it has a file of its own, it is to be found by the place in this one.
    await this.#options.onTruncated(this, this.mark());
    this.#setMark({ offset: 0, head: nothing, before: nothing, isSkipping: false });
  }

  #setMark({ offset, head, before, isSkipping }: FileMark): void {
    this.#offset = offset;
    this.#head = head;
    this.#before = before;
    this.#seen = "";
    this.#isSkipping = isSkipping;
  }

  async #read(position: number, length: number): Promise<Buffer> {
    if (length === 0) return nothing;
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#handle.read(bytes, 0, length, position);
    return bytes.subarray(0, bytesRead);
  }
}

/** The head of a file, of which a piece was read from `first` on. */
function joined(head: Buffer, first: number, bytes: Buffer): Buffer {
  if (head.length >= headSize) return head;
  return Buffer.concat([head, bytes.subarray(Math.max(0, head.length - first))]).subarray(0, headSize);
}
