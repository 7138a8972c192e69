import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type FilePosition, hashOf } from "./positions.ts";
import { isRotationOf } from "./rotation-name.ts";
import type { FileMark, TailedFile } from "./tailed-file.ts";

/** What a file is known by. */
export interface FileIdentity {
  /** While it is open. */
  readonly id: string;
  /** For longer: the number of a file that is deleted may be given to another. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** The identity of the file of a name; undefined where there is none that can be tailed. */
export async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    const stats = await stat(path);
    // Whoever opens a pipe and closes it again disturbs those who write to it.
    if (!stats.isFile()) return undefined;
    const { dev, ino, birthtimeMs, size } = stats;
    return { id: `${dev}:${ino}`, key: `${dev}:${ino}:${birthtimeMs}`, size };
  } catch {
    return undefined;
  }
}

/** The files beside a log that a rotation may have made of it. */
export async function rotationsOf(path: string): Promise<string[]> {
  const folder = dirname(path);
  try {
    const names = await readdir(folder);
    const others = names.filter((name) => name !== basename(path)).map((name) => join(folder, name));
    return others.filter((other) => isRotationOf(other, path));
  } catch {
    return [];
  }
}

/** The mark of a position, if the file is the one that was read up to there. */
export async function markOf(file: TailedFile, position: FilePosition): Promise<FileMark | undefined> {
  const { offset, head, before, skipping = false } = position;
  const [first, last] = [await file.bytesAt(0, head[0]), await file.bytesAt(offset - before[0], before[0])];
  if (hashOf(first) !== head[1] || hashOf(last) !== before[1]) return undefined;
  const mark = { offset, head: first, before: last, isSkipping: skipping };
  return (await file.fits(mark)) ? mark : undefined;
}
