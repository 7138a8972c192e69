import { dirname } from "node:path";
import { expandPatterns } from "../../config/file-patterns.ts";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { identityOf, markOf, rotationsOf } from "./file-identity.ts";
import { FolderWatches } from "./folder-watches.ts";
import type { Envelope } from "./line-counter.ts";
import type { LineSink } from "./line-sink.ts";
import type { LogSource } from "./log-source.ts";
import { type FilePosition, positionOf, type SourcePosition } from "./positions.ts";
import { isRotationOf } from "./rotation-name.ts";
import type { Slices } from "./slices.ts";
import type { SourceMetrics } from "./source-metrics.ts";
import { type FileMark, type TailOptions, TailedFile } from "./tailed-file.ts";

/** What files to read, and how. */
export interface FileSourceOptions {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly startAt: "beginning" | "end";
  readonly maxLineSize: number;
  /** Seconds. */
  readonly pollInterval: number;
  /** Seconds for which a file that was renamed or deleted is read on after it last grew. */
  readonly lingerSeconds: number;
  /** Where the lines of a file go. */
  readonly sinkOf: (envelope: Envelope) => LineSink;
  readonly metrics: SourceMetrics;
  readonly slices: Slices;
  readonly logger: Logger;
}

/** Bytes of a file that are read before the others get a turn. */
const budget = 4 * 2 ** 20;
const chunkSize = 256 * 1024;
/** How many files may be open. */
const mostFiles = 2000;
/** Seconds between two looks for files that are new, unless something tells sooner. */
const scanSeconds = 1;
const retryMilliseconds = 10_000;
/** Bytes that a copy and its original must have in common. */
const leastCommon = 64;

/** Lines of files whose names fit patterns, now or later; through renames, truncations and whatever else becomes of them. */
export class FileSource implements LogSource {
  readonly name: string;
  readonly #options: FileSourceOptions;
  readonly #buffer: Buffer;
  /** By device and number of the file. */
  readonly #files = new Map<string, TailedFile>();
  /** Files that are not read: copies of those that are, archives, and what could not be opened, with when to try again. */
  readonly #ignored = new Map<string, number>();
  /** Files that could not be read, to be tried again. */
  readonly #failures: FilePosition[] = [];
  #retryAt = -Infinity;
  readonly #told = new WeakMap<TailedFile, { readonly mark: FileMark; readonly position: FilePosition }>();
  readonly #watches: FolderWatches;
  #wake: (() => void) | undefined;
  /** Whether something may have been written, and whether names may have changed. */
  #isHinted = false;
  #isRenamed = false;
  #isStopped = false;
  #running: Promise<void> | undefined;
  #scannedAt = -Infinity;
  #isFull = false;

  constructor(options: FileSourceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#watches = new FolderWatches((isRenamed) => {
      this.#isHinted = true;
      if (isRenamed) this.#isRenamed = true;
      this.#wake?.();
    }, options.logger);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(chunkSize, options.maxLineSize * 2) + 1024);
  }

  async start(position: SourcePosition | undefined): Promise<void> {
    for (const file of position?.files ?? []) await this.#resume(file);
    await this.#scan(position === undefined && this.#options.startAt === "end");
    this.#running = this.#run();
  }

  position(): SourcePosition {
    const open = Array.from(this.#files.values(), (file) => this.#positionOf(file));
    return { files: [...open, ...this.#failures] };
  }

  /** Of a file that has not been read meanwhile it is the one before: hashes take their time. */
  #positionOf(file: TailedFile): FilePosition {
    const mark = file.mark();
    const before = this.#told.get(file);
    const isSame =
      before?.position.path === file.path &&
      before.mark.offset === mark.offset &&
      before.mark.before.equals(mark.before);
    if (isSame) return before.position;
    const position = positionOf(file, mark);
    this.#told.set(file, { mark, position });
    return position;
  }

  observe(): void {
    const { lag, openFiles } = this.#options.metrics;
    lag.set([...this.#files.values()].reduce((sum, file) => sum + file.lag, 0));
    openFiles.set(this.#files.size);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const file of this.#files.values()) file.interrupt();
    this.#watches.close();
    this.#wake?.();
    await this.#running;
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const isScanDue = this.#isRenamed || performance.now() - this.#scannedAt > scanSeconds * 1000;
      this.#isHinted = false;
      this.#isRenamed = false;
      if (isScanDue) await this.#rescan();
      let hasMore = false;
      for (const file of this.#files.values()) {
        if (this.#isStopped) return;
        if (await this.#drain(file)) hasMore = true;
      }
      if (!hasMore) await this.#wait();
    }
  }

  async #rescan(): Promise<void> {
    this.#scannedAt = performance.now();
    try {
      const isDue = performance.now() >= this.#retryAt;
      for (let count = isDue ? this.#failures.length : 0; count > 0; count--) {
        await this.#resume(this.#failures[0]!);
        this.#failures.shift();
      }
      await this.#scan(false);
    } catch (error) {
      this.#failed("open", this.#options.patterns.join(" "), error);
    }
  }

  /** Resolves to whether there may be more. */
  async #drain(file: TailedFile): Promise<boolean> {
    try {
      if (file.isUnread && (await this.#isToBeIgnored(file))) {
        await this.#forget(file);
        return false;
      }
      const { rotatedAt, grownAt } = file;
      const isOver =
        rotatedAt !== undefined &&
        performance.now() - Math.max(rotatedAt, grownAt) > this.#options.lingerSeconds * 1000;
      const hasMore = await file.drain(budget, isOver);
      if (isOver && !hasMore && !this.#isStopped) await this.#forget(file);
      return hasMore;
    } catch (error) {
      this.#failed("read", file.path, error);
      this.#failures.push(positionOf(file, file.mark()));
      this.#retryAt = performance.now() + retryMilliseconds;
      await this.#forget(file);
      return false;
    }
  }

  async #forget(file: TailedFile): Promise<void> {
    this.#files.delete(file.id);
    await file.close().catch(() => {});
  }

  async #scan(isFirst: boolean): Promise<void> {
    const { files: paths } = expandPatterns(this.#options.patterns);
    const named = new Set<string>();
    const ignored = new Map<string, number>();
    for (const path of paths) {
      if (this.#isStopped) return;
      const identity = await identityOf(path);
      if (identity === undefined) continue;
      const { id, key } = identity;
      const until = this.#ignored.get(key);
      if (until !== undefined) ignored.set(key, until);
      // Several names, such as a symbolic link and the file itself, are one file.
      const known = this.#files.get(id);
      if (known !== undefined) {
        if (!named.has(id)) known.path = path;
      } else if ((until ?? -Infinity) < performance.now()) await this.#open(path, isFirst);
      named.add(id);
    }
    // Those that are gone need not be remembered.
    for (const key of this.#ignored.keys()) if (!ignored.has(key)) this.#ignored.delete(key);
    for (const file of this.#files.values()) {
      if (named.has(file.id)) file.rotatedAt = undefined;
      else if (file.rotatedAt === undefined) {
        file.rotatedAt = performance.now();
        this.#options.metrics.rotations.inc();
      }
    }
    this.#watches.set(new Set(Array.from(this.#files.values(), ({ path }) => dirname(path))));
  }

  async #open(path: string, isFirst: boolean): Promise<void> {
    if (this.#files.size >= mostFiles) {
      if (!this.#isFull) this.#failed("open", path, new Error(`${mostFiles} files are open, the most; name fewer`));
      this.#isFull = true;
      return;
    }
    this.#isFull = false;
    try {
      const file = await TailedFile.open(path, this.#tailOptions(path));
      if (file === undefined) return;
      if (isFirst) await file.skipToEnd();
      this.#files.set(file.id, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      const key = (await identityOf(path))?.key;
      // Rights may be given later.
      if (key !== undefined) this.#ignored.set(key, performance.now() + 30_000);
      this.#failed("open", path, error);
    }
  }

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
    const head = await file.bytesAt(0, 1024);
    if (head.length === 0) return false;
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    if (!isGzip && !(await this.#isCopy(file, head))) return false;
    this.#ignored.set(file.key, Infinity);
    return true;
  }

  async #isCopy(file: TailedFile, head: Buffer): Promise<boolean> {
    for (const other of this.#files.values()) {
      if (other === file || !isRotationOf(file.path, other.path)) continue;
      // What the other has now, and what it had before it was truncated.
      for (const known of [await other.bytesAt(0, 1024), other.mark().head]) {
        const length = Math.min(known.length, head.length);
        if (length >= leastCommon && known.subarray(0, length).equals(head.subarray(0, length))) return true;
      }
    }
    return false;
  }

  /** A file was truncated: what had not been read of it may be in a copy, which is read from there on. */
  async #recover(file: TailedFile, mark: FileMark): Promise<void> {
    if (mark.offset === 0) return;
    for (const path of await rotationsOf(file.path)) {
      try {
        const copy = await TailedFile.open(path, this.#tailOptions(path), mark);
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

  /** Finds a file that was read before the start, under its name or another, and goes on with it. */
  async #resume(position: FilePosition): Promise<void> {
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
    for (const { candidate, id } of candidates) {
      if (id === undefined || this.#files.has(id) || (offset === 0 && id !== same)) continue;
      try {
        const file = await TailedFile.open(candidate, this.#tailOptions(candidate));
        const mark = file && (await markOf(file, position));
        if (file === undefined || mark === undefined) {
          await file?.close();
        } else if (found === undefined) {
          await file.close();
          found = await TailedFile.open(candidate, this.#tailOptions(candidate), mark);
          if (found !== undefined) this.#files.set(found.id, found);
        } else {
          // Another with the same beginning is a copy.
          this.#ignored.set(file.key, Infinity);
          await file.close();
        }
      } catch (error) {
        this.#failed("open", candidate, error);
      }
    }
    if (found !== undefined || offset === 0) return;
    this.#options.metrics.failed("lost");
    this.#options.logger.warn(
      { source: this.name, path },
      "a log is gone that was read before the start; what else it had is not counted",
    );
  }

  #failed(kind: "open" | "read", path: string, error: unknown): void {
    this.#options.metrics.failed(kind);
    this.#options.logger.warn(
      { source: this.name, path, error: messageOf(error) },
      `a log cannot be ${kind === "open" ? "opened" : "read"}`,
    );
  }

  async #wait(): Promise<void> {
    if (this.#isStopped) return;
    // Somebody who writes line by line must not have us look at each.
    await new Promise<void>((resolve) => setTimeout(resolve, this.#isHinted ? 20 : 0));
    if (this.#isHinted || this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.pollInterval * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
