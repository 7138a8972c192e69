import { expandPatterns } from "../../config/file-patterns.ts";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { identityOf, markOf, rotationsOf } from "./file-identity.ts";
import type { Envelope } from "./line-counter.ts";
import type { LineSink } from "./line-sink.ts";
import { type FilePosition, positionOf } from "./positions.ts";
import { isRotationOf } from "./rotation-name.ts";
import type { Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { type FileMark, type TailOptions, TailedFile } from "./tailed-file.ts";

/** What files to find, and how they are read. */
export interface LogFilesOptions {
  /** Of the source. */
  readonly name: string;
  readonly patterns: readonly string[];
  readonly maxLineSize: number;
  /** Where the lines of a file go. */
  readonly sinkOf: (envelope: Envelope) => LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly logger: Logger;
}

const chunkSize = 256 * 1024;
/** How many files may be open. */
const mostFiles = 2000;
const retryMilliseconds = 10_000;
/** Bytes that a copy and its original must have in common, and by how many it is sure to be one. */
const leastCommon = 64;
const surelyCommon = 1024;

/** A file that is not read: until when, as `performance.now()`, and unless it is larger. */
interface LeftOut {
  readonly until: number;
  readonly size: number;
  /** Whether it is read from its end then: it was there at the first look. */
  readonly isFirst?: boolean | undefined;
}

const always: LeftOut = { until: Infinity, size: Infinity };

/** The files that are read of those whose names fit patterns: found, known again, and left out where they are copies or archives. */
export class LogFiles {
  /** Files that could not be read, to be tried again. */
  readonly failures: FilePosition[] = [];
  readonly #options: LogFilesOptions;
  readonly #buffer: Buffer;
  /** By device and number of the file. */
  readonly #files = new Map<string, TailedFile>();
  /** Files that are not read: copies of those that are, archives, and what could not be opened. */
  readonly #ignored = new Map<string, LeftOut>();
  #retryAt = -Infinity;
  #hasOpened = false;
  #isStopped = false;
  #isFull = false;

  constructor(options: LogFilesOptions) {
    this.#options = options;
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(chunkSize, options.maxLineSize * 2) + 1024);
  }

  /** Those that are open. */
  get open(): Iterable<TailedFile> {
    return this.#files.values();
  }

  get size(): number {
    return this.#files.size;
  }

  /** Whether there were files at the first look, and none could be opened up to now. */
  get areShut(): boolean {
    return !this.#hasOpened && [...this.#ignored.values()].some(({ isFirst }) => isFirst === true);
  }

  /** Has whatever goes on end soon. */
  interrupt(): void {
    this.#isStopped = true;
    for (const file of this.#files.values()) file.interrupt();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  /** Tries again those that could not be read, now and then. */
  async retry(): Promise<void> {
    if (performance.now() < this.#retryAt) return;
    for (let count = this.failures.length; count > 0; count--) {
      await this.resume(this.failures[0]!);
      this.failures.shift();
    }
  }

  /** Looks which files there are. Where it is the first look, those are read from their ends. */
  async scan(isFirst: boolean): Promise<void> {
    const { files: paths } = expandPatterns(this.#options.patterns);
    const named = new Set<string>();
    const present = new Set<string>();
    const waiting = new Set(this.failures.map(({ dev, ino }) => `${dev}:${ino}`));
    for (const path of paths) {
      if (this.#isStopped) return;
      const identity = await identityOf(path);
      if (identity === undefined) continue;
      const { id, key, size } = identity;
      const leftOut = this.#ignored.get(key);
      present.add(key);
      // Several names, such as a symbolic link and the file itself, are one file.
      const known = this.#files.get(id);
      if (known !== undefined) {
        if (!named.has(id)) known.path = path;
      } else if (waiting.has(id)) {
        // It is read on from where it was, and not from its start.
      } else if (leftOut === undefined || leftOut.until < performance.now() || leftOut.size < size) {
        await this.#open(path, isFirst || leftOut?.isFirst === true);
      }
      named.add(id);
    }
    // Those that are gone need not be remembered.
    for (const key of this.#ignored.keys()) if (!present.has(key)) this.#ignored.delete(key);
    for (const file of this.#files.values()) {
      if (named.has(file.id)) file.rotatedAt = undefined;
      else if (file.rotatedAt === undefined) {
        file.rotatedAt = performance.now();
        this.#options.metrics.rotations.inc();
      }
    }
  }

  /** Whether a file of which nothing has been read is not to be read, which is then forgotten. */
  async leavesOut(file: TailedFile): Promise<boolean> {
    if (!file.isUnread || !(await this.#isToBeIgnored(file))) return false;
    await this.forget(file);
    return true;
  }

  async forget(file: TailedFile): Promise<void> {
    this.#files.delete(file.id);
    await file.close().catch(() => {});
  }

  /** Forgets a file that cannot be read, for a while. */
  async giveUp(file: TailedFile, error: unknown): Promise<void> {
    this.failed("read", file.path, error);
    this.#retryLater(positionOf(file, file.mark()));
    await this.forget(file);
  }

  #retryLater(position: FilePosition): void {
    this.failures.push(position);
    this.#retryAt = performance.now() + retryMilliseconds;
  }

  /** Finds a file that was read before the start, under its name or another, and goes on with it. */
  async resume(position: FilePosition): Promise<void> {
    const { path, offset } = position;
    const candidates = await Promise.all(
      [path, ...(await rotationsOf(path))].map(async (candidate) => ({
        candidate,
        id: (await identityOf(candidate))?.id,
      })),
    );
    const same = `${position.dev}:${position.ino}`;
    // A file that was copied is itself rather than its copy.
    candidates.sort((a, b) => Number(b.id === same) - Number(a.id === same));
    let found: TailedFile | undefined;
    let isShut = false;
    for (const { candidate, id } of candidates) {
      if (id === undefined || this.#files.has(id) || (offset === 0 && id !== same)) continue;
      try {
        const file = await TailedFile.open(candidate, this.#tailOptions(path));
        const mark = file && (await markOf(file, position));
        if (file === undefined || mark === undefined) {
          await file?.close();
        } else if (found === undefined) {
          await file.close();
          found = await TailedFile.open(candidate, this.#tailOptions(path), mark);
          if (found !== undefined) this.#files.set(found.id, found);
          this.#hasOpened = true;
        } else {
          // Another with the same beginning is a copy.
          this.#ignored.set(file.key, copyOf(file, mark.head.length));
          await file.close();
        }
      } catch (error) {
        this.failed("open", candidate, error);
        if (id === same) isShut = true;
      }
    }
    if (isShut && found === undefined) return this.#retryLater(position);
    if (found !== undefined || offset === 0) return;
    this.#options.metrics.failed("lost");
    this.#options.logger.warn(
      { source: this.#options.name, path },
      "a log is gone that was read before the start; what else it had is not counted",
    );
  }

  /** Counts and tells a failure. */
  failed(kind: "open" | "read", path: string, error: unknown): void {
    this.#options.metrics.failed(kind);
    this.#options.logger.warn(
      { source: this.#options.name, path, error: messageOf(error) },
      `a log cannot be ${kind === "open" ? "opened" : "read"}`,
    );
  }

  async #open(path: string, isFirst: boolean): Promise<void> {
    if (this.#files.size >= mostFiles) {
      if (!this.#isFull) this.failed("open", path, new Error(`${mostFiles} files are open, the most; name fewer`));
      this.#isFull = true;
      return;
    }
    this.#isFull = false;
    try {
      const file = await TailedFile.open(path, this.#tailOptions(path));
      if (file === undefined) return;
      if (isFirst) await file.skipToEnd();
      this.#files.set(file.id, file);
      this.#hasOpened = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      const key = (await identityOf(path))?.key;
      // Rights may be given later.
      if (key !== undefined) this.#ignored.set(key, { until: performance.now() + 30_000, size: Infinity, isFirst });
      this.failed("open", path, error);
    }
  }

  /** `path` is what lines have as their file: where they were written, not where they have been moved to. */
  #tailOptions(path: string): TailOptions {
    const { metrics, slices, maxLineSize, sinkOf } = this.#options;
    return {
      sink: sinkOf({ file: path }),
      metrics,
      slices,
      maxLineSize,
      buffer: this.#buffer,
      onTruncated: (file, mark) => this.#recover(file, mark),
    };
  }

  /** Compressed archives, and copies of what is read already, which copytruncate makes. */
  async #isToBeIgnored(file: TailedFile): Promise<boolean> {
    const head = await file.bytesAt(0, surelyCommon);
    if (head.length === 0) return false;
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    // What was taken for a copy and has grown since is one only if all of it is the same.
    const hasGrown = (this.#ignored.get(file.key) ?? always).size < Infinity;
    const common = isGzip ? surelyCommon : await this.#commonWithOriginal(file, head);
    if (common < (hasGrown ? head.length : leastCommon)) return false;
    this.#ignored.set(file.key, copyOf(file, common));
    return true;
  }

  /** How many bytes a file begins with that another has, or had, which it may be a copy of. */
  async #commonWithOriginal(file: TailedFile, head: Buffer): Promise<number> {
    let common = 0;
    for (const other of this.#files.values()) {
      if (other === file || !isRotationOf(file.path, other.path)) continue;
      const now = await other.bytesAt(0, surelyCommon);
      if (now.subarray(0, head.length).equals(head)) return head.length;
      const before = other.mark().head;
      if (now.subarray(0, before.length).equals(before)) continue;
      // It was truncated, and a copy may have more than had been read of it.
      const length = Math.min(before.length, head.length);
      if (before.subarray(0, length).equals(head.subarray(0, length))) common = Math.max(common, length);
    }
    return common;
  }

  /** A file was truncated: what had not been read of it may be in a copy, which is read from there on. */
  async #recover(file: TailedFile, mark: FileMark): Promise<void> {
    if (mark.offset === 0) return;
    for (const path of await rotationsOf(file.path)) {
      try {
        const copy = await TailedFile.open(path, this.#tailOptions(file.path), mark);
        if (copy === undefined) continue;
        const known = this.#files.get(copy.id);
        const isFree = known === undefined || (known !== file && known.isUnread);
        if (!isFree || !(await copy.fits(mark))) {
          await copy.close();
          continue;
        }
        await known?.close();
        copy.rotatedAt = performance.now();
        this.#files.set(copy.id, copy);
        return;
      } catch (error) {
        this.#options.logger.debug({ path, error: messageOf(error) }, "a copy of a log cannot be read");
      }
    }
  }
}

/** Logs of a program may begin with the same lines, but a copy that is complete does not grow. */
function copyOf(file: TailedFile, common: number): LeftOut {
  return common < surelyCommon ? { until: Infinity, size: file.lag } : always;
}
