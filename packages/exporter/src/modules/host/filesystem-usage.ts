import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../logger.ts";
import { messageOf } from "../../exporter-error.ts";
import type { Mount } from "./mounts.ts";
import type { FilesystemUsage, Statfs } from "./statfs-process.ts";

/** What was learnt of a mount; an error is what the label `device_error` says. */
export type MountUsage = { readonly usage: FilesystemUsage } | { readonly error: string };

// These answer from memory, whatever their device does. Others ask a server, a process, or the device.
const answersFromMemory = new Set(["ext2", "ext3", "ext4", "f2fs", "ramfs", "tmpfs", "xfs"]);

/** node_exporter's words, for a mount that does not answer. */
const timeoutError = "mountpoint timeout";

/** What asks file systems that may hang. */
export interface PatientStatfs {
  readonly isFull: boolean;
  ask: Statfs;
}

/**
 * Learns how full mounts are, and never waits for one for longer than `timeoutMilliseconds`. One that has not answered by
 * then is stuck, and is not asked again until it does.
 */
export class FilesystemUsages {
  readonly #rootfs: string;
  readonly #timeoutMilliseconds: number;
  readonly #patient: PatientStatfs;
  readonly #logger: Logger;
  /** By mount point, those that have been asked and have not answered. */
  readonly #waiting = new Map<string, Promise<MountUsage>>();
  readonly #stuck = new Set<string>();
  /** The errors that the log has been told of. */
  readonly #told = new Map<string, string>();

  constructor(options: {
    readonly rootfs: string;
    readonly timeoutMilliseconds: number;
    readonly patient: PatientStatfs;
    readonly logger: Logger;
  }) {
    this.#rootfs = options.rootfs;
    this.#timeoutMilliseconds = options.timeoutMilliseconds;
    this.#patient = options.patient;
    this.#logger = options.logger;
  }

  /** What each of `asked` answers. `all` are the mounts of the host, which the way to them leads through. */
  async of(asked: readonly Mount[], all: readonly Mount[]): Promise<MountUsage[]> {
    const hazards = all.filter(({ fstype }) => !answersFromMemory.has(fstype)).map(({ mountpoint }) => mountpoint);
    const late = deadline(this.#timeoutMilliseconds);
    const usages = asked.map(async ({ mountpoint }) =>
      hazards.some((hazard) => isWithin(mountpoint, hazard))
        ? this.#askPatiently(mountpoint, late.passed)
        : this.#ask(mountpoint),
    );
    try {
      return await Promise.all(usages);
    } finally {
      late.cancel();
    }
  }

  #ask(mountpoint: string): MountUsage {
    try {
      return { usage: statfsSync(join(this.#rootfs, mountpoint)) };
    } catch (error) {
      return this.#failed(mountpoint, error);
    }
  }

  async #askPatiently(mountpoint: string, passed: Promise<undefined>): Promise<MountUsage> {
    if (this.#stuck.has(mountpoint)) return { error: timeoutError };
    const asking = this.#waiting.get(mountpoint) ?? this.#start(mountpoint);
    const answer = await Promise.race([asking, passed]);
    if (answer !== undefined) return answer;
    if (this.#waiting.has(mountpoint) && !this.#stuck.has(mountpoint)) {
      this.#stuck.add(mountpoint);
      this.#logger.debug({ mountpoint }, "mount does not answer, and is not asked again until it does");
    }
    return { error: timeoutError };
  }

  #start(mountpoint: string): Promise<MountUsage> {
    if (this.#patient.isFull) return Promise.resolve({ error: timeoutError });
    const asking = this.#patient
      .ask(join(this.#rootfs, mountpoint))
      .then(
        (usage): MountUsage => ({ usage }),
        (error: unknown) => this.#failed(mountpoint, error),
      )
      .finally(() => {
        this.#waiting.delete(mountpoint);
        if (this.#stuck.delete(mountpoint)) this.#logger.debug({ mountpoint }, "mount answers again");
      });
    this.#waiting.set(mountpoint, asking);
    return asking;
  }

  #failed(mountpoint: string, error: unknown): MountUsage {
    const code = error instanceof Error && "code" in error ? String(error.code) : messageOf(error);
    if (this.#told.get(mountpoint) !== code) {
      this.#told.set(mountpoint, code);
      this.#logger.debug({ mountpoint, error: code }, "mount cannot be asked how full it is");
    }
    return { error: systemMessages.get(code) ?? code };
  }
}

/** What Linux calls the errors that mounts answer with, which is what node_exporter writes. */
const systemMessages = new Map([
  ["EACCES", "permission denied"],
  ["EIO", "input/output error"],
  ["ENOENT", "no such file or directory"],
  ["ENOTCONN", "transport endpoint is not connected"],
  ["EPERM", "operation not permitted"],
  ["ESTALE", "stale NFS file handle"],
]);

function isWithin(path: string, folder: string): boolean {
  return folder !== "/" ? path === folder || path.startsWith(`${folder}/`) : path === "/";
}

function deadline(milliseconds: number): { passed: Promise<undefined>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
