import { dirname } from "node:path";
import { FolderWatches } from "./folder-watches.ts";
import { LogFiles, type LogFilesOptions } from "./log-files.ts";
import type { LogSource } from "./log-source.ts";
import { type FilePosition, positionOf, type SourcePosition } from "./positions.ts";
import type { FileMark, TailedFile } from "./tailed-file.ts";

/** What files to read, and how. */
export interface FileSourceOptions extends LogFilesOptions {
  readonly startAt: "beginning" | "end";
  /** Seconds. */
  readonly pollInterval: number;
  /** Seconds for which a file that was renamed or deleted is read on after it last grew. */
  readonly lingerSeconds: number;
}

/** Bytes of a file that are read before the others get a turn. */
const budget = 4 * 2 ** 20;
/** Seconds between two looks for files that are new, unless something tells sooner. */
const scanSeconds = 1;

/** Lines of files whose names fit patterns, now or later; through renames, truncations and whatever else becomes of them. */
export class FileSource implements LogSource {
  readonly name: string;
  readonly #options: FileSourceOptions;
  readonly #files: LogFiles;
  readonly #told = new WeakMap<TailedFile, { readonly mark: FileMark; readonly position: FilePosition }>();
  readonly #watches: FolderWatches;
  #wake: (() => void) | undefined;
  /** Whether something may have been written, and whether names may have changed. */
  #isHinted = false;
  #isRenamed = false;
  #isStopped = false;
  #running: Promise<void> | undefined;
  #scannedAt = -Infinity;

  constructor(options: FileSourceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#files = new LogFiles(options);
    this.#watches = new FolderWatches((isRenamed) => {
      this.#isHinted = true;
      if (isRenamed) this.#isRenamed = true;
      this.#wake?.();
    }, options.logger);
  }

  async start(position: SourcePosition | undefined): Promise<void> {
    for (const file of position?.files ?? []) await this.#files.resume(file);
    await this.#scan(position === undefined && this.#options.startAt === "end");
    this.#running = this.#run();
  }

  position(): SourcePosition | undefined {
    // Whoever lets us read them and starts again still has the first start before them.
    if (this.#files.areShut) return undefined;
    const open = Array.from(this.#files.open, (file) => this.#positionOf(file));
    return { files: [...open, ...this.#files.failures] };
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
    lag.set([...this.#files.open].reduce((sum, file) => sum + file.lag, 0));
    openFiles.set(this.#files.size);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#files.interrupt();
    this.#watches.close();
    this.#wake?.();
    await this.#running;
    await this.#files.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const isScanDue = this.#isRenamed || performance.now() - this.#scannedAt > scanSeconds * 1000;
      this.#isHinted = false;
      this.#isRenamed = false;
      if (isScanDue) await this.#rescan();
      let hasMore = false;
      for (const file of this.#files.open) {
        if (this.#isStopped) return;
        if (await this.#drain(file)) hasMore = true;
      }
      if (!hasMore) await this.#wait();
    }
  }

  async #rescan(): Promise<void> {
    this.#scannedAt = performance.now();
    try {
      await this.#files.retry();
      await this.#scan(false);
    } catch (error) {
      this.#files.failed("open", this.#options.patterns.join(" "), error);
    }
  }

  async #scan(isFirst: boolean): Promise<void> {
    await this.#files.scan(isFirst);
    if (!this.#isStopped) this.#watches.set(new Set(Array.from(this.#files.open, ({ path }) => dirname(path))));
  }

  /** Resolves to whether there may be more. */
  async #drain(file: TailedFile): Promise<boolean> {
    try {
      if (await this.#files.leavesOut(file)) return false;
      const { rotatedAt, grownAt } = file;
      const isOver =
        rotatedAt !== undefined &&
        performance.now() - Math.max(rotatedAt, grownAt) > this.#options.lingerSeconds * 1000;
      const hasMore = await file.drain(budget, isOver);
      if (isOver && !hasMore && !this.#isStopped) await this.#files.forget(file);
      return hasMore;
    } catch (error) {
      await this.#files.giveUp(file, error);
      return false;
    }
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
