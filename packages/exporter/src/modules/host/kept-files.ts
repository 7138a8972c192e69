import { closeSync, fstatSync, openSync, readFileSync, readSync, statfsSync, statSync } from "node:fs";

const sysfs = 0x62_65_65_72;
/** The kinds of file systems whose files are made anew each time they are read from their beginning: procfs and cgroups too. */
const kernelFileSystems = new Set([sysfs, 0x9f_a0, 0x27_e0_eb, 0x63_67_72_70]);
/** A file of sysfs is no longer than this, and is handed out at once. */
const attributeBytes = 4096;

/** How many files stay open at most. */
const mostFiles = 400;
/** Milliseconds after which a file that nobody reads any more makes room for others. */
const unusedMilliseconds = 600_000;
const sweepMilliseconds = 60_000;

/** What the system says where that which a file told of has gone. */
const goneErrors = new Set(["ENODEV", "ENXIO", "ESRCH", "ESTALE", "EBADF"]);
/** The same of a file of procfs whose module was unloaded. To read an attribute of a device again would ask the device again. */
const goneFromProcfs = "EIO";

interface KeptFile {
  readonly descriptor: number;
  readonly isAttribute: boolean;
  usedAt: number;
}

/**
 * Files below /proc and /sys that stay open from one scrape to the next: to open one costs the kernel several times what it
 * costs to read it. One whose device or process has gone is opened anew, as is any other file.
 */
export class KeptFiles {
  readonly #files = new Map<string, KeptFile>();
  /** The file systems by their roots. */
  readonly #roots = new Map<string, { readonly kind: number; readonly device: number }>();
  readonly #readSync: typeof readSync;
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #sweptAt = 0;

  /** `read` is what reads from an open file. Default: that of Node.js. */
  constructor(read: typeof readSync = readSync) {
    this.#readSync = read;
  }

  /** The text of a file; `root` is where its file system is mounted. Throws as `readFileSync` does. */
  read(root: string, path: string): string {
    const kept = this.#files.get(path) ?? this.#open(root, path);
    if (kept === undefined) return readFileSync(path, "utf8");
    try {
      kept.usedAt = performance.now();
      return this.#text(kept);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      // Many attributes of devices exist and answer with an error.
      if (!goneErrors.has(code) && (kept.isAttribute || code !== goneFromProcfs)) throw error;
      this.#files.delete(path);
      closeSync(kept.descriptor);
      return readFileSync(path, "utf8");
    }
  }

  /** Whether a file is open. */
  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Closes all of them; what is read from then on is opened again. */
  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
    this.#roots.clear();
  }

  #open(root: string, path: string): KeptFile | undefined {
    const { kind, device } = this.#rootOf(root);
    if (!kernelFileSystems.has(kind) || !this.#hasRoom()) return undefined;
    const descriptor = openSync(path, "r");
    // Others are mounted below sysfs, such as that of SELinux, whose tables come in pieces.
    const isAttribute = kind === sysfs && fstatSync(descriptor).dev === device;
    const kept: KeptFile = { descriptor, isAttribute, usedAt: 0 };
    this.#files.set(path, kept);
    return kept;
  }

  #rootOf(root: string): { readonly kind: number; readonly device: number } {
    const found = this.#roots.get(root) ?? { kind: statfsSync(root).type, device: statSync(root).dev };
    this.#roots.set(root, found);
    return found;
  }

  #hasRoom(): boolean {
    const now = performance.now();
    if (this.#files.size >= mostFiles && now - this.#sweptAt > sweepMilliseconds) {
      this.#sweptAt = now;
      for (const [path, { descriptor, usedAt }] of this.#files) {
        if (now - usedAt < unusedMilliseconds) continue;
        this.#files.delete(path);
        closeSync(descriptor);
      }
    }
    return this.#files.size < mostFiles;
  }

  /** Reads from the beginning on, until the kernel has no more: it may give less at a time than there is room for. */
  #text({ descriptor, isAttribute }: KeptFile): string {
    let length = 0;
    for (;;) {
      if (length === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], length * 2);
      const read = this.#readSync(descriptor, this.#buffer, length, this.#buffer.length - length, length);
      length += read;
      if (read === 0 || (isAttribute && read < attributeBytes)) return this.#buffer.toString("utf8", 0, length);
    }
  }
}
