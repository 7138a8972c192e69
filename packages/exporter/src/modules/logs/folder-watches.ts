import { type FSWatcher, watch } from "node:fs";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";

const mostWatchers = 64;

/** Hints at what changes in folders. Where the system has none, whoever waits looks by itself from time to time. */
export class FolderWatches {
  readonly #changed: (isRenamed: boolean) => void;
  readonly #logger: Logger;
  readonly #watchers = new Map<string, FSWatcher>();

  /** `changed` is told whether names may have changed, too. */
  constructor(changed: (isRenamed: boolean) => void, logger: Logger) {
    this.#changed = changed;
    this.#logger = logger;
  }

  /** Watches these folders and no others. */
  set(folders: ReadonlySet<string>): void {
    for (const folder of this.#watchers.keys()) if (!folders.has(folder)) this.#end(folder);
    for (const folder of folders) {
      if (this.#watchers.has(folder) || this.#watchers.size >= mostWatchers) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (event) => this.#changed(event === "rename"));
        watcher.on("error", () => this.#end(folder));
        this.#watchers.set(folder, watcher);
      } catch (error) {
        this.#logger.debug({ folder, error: messageOf(error) }, "a folder cannot be watched");
      }
    }
  }

  close(): void {
    this.set(new Set());
  }

  #end(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
