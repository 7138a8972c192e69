import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** Whether a file cannot be read because its process, or the whole file, is not there. */
export function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ESRCH" || code === "ENOTDIR";
}

/** Reads the files of processes, all into one piece of memory. What they throw is the operating system's. */
export class ProcFiles {
  readonly #procfs: string;
  #buffer: Buffer = Buffer.allocUnsafe(16_384);

  constructor(procfs: string) {
    this.#procfs = procfs;
  }

  /** The numbers of all processes. */
  pids(): number[] {
    return numbersIn(this.#procfs);
  }

  /** The numbers of a process's threads. */
  threads(pid: number): number[] {
    return numbersIn(join(this.#procfs, String(pid), "task"));
  }

  /** How many files a process has open. */
  openFiles(pid: number): number {
    return readdirSync(join(this.#procfs, String(pid), "fd")).length;
  }

  /** The text of a file, of `limit` bytes at most. What is no UTF-8 becomes U+FFFD. */
  text(path: string, limit = 65_536): string {
    const file = openSync(`${this.#procfs}/${path}`, "r");
    try {
      let length = 0;
      while (length < limit) {
        if (length === this.#buffer.length) this.#grow();
        const read = readSync(file, this.#buffer, length, Math.min(this.#buffer.length, limit) - length, null);
        if (read === 0) break;
        length += read;
      }
      return this.#buffer.toString("utf8", 0, length);
    } finally {
      closeSync(file);
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number);
}
