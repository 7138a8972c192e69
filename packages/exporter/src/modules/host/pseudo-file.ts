import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { KeptFiles } from "./kept-files.ts";

/** Those of all hosts that this process tells of. */
const keptFiles = new KeptFiles();

/** Text of a file below /proc or /sys, which stays open for the next time. */
export function readText(root: string, path: string): string {
  return keptFiles.read(root, `${root}/${path}`);
}

/** Closes the files that {@link readText} has left open. */
export function closeKeptFiles(): void {
  keptFiles.close();
}

/** Text of a file that is not read again, such as that of a process; undefined where it cannot be read. */
export function readPassing(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

/** The same; undefined where there is no such file. */
export function readTextIfAny(root: string, path: string): string | undefined {
  try {
    return keptFiles.has(`${root}/${path}`) || isThere(root, path) ? readText(root, path) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * What a file of one value says, without the space around it; undefined where there is no such file or it cannot be read:
 * many attributes of devices exist and answer EINVAL, EIO or EACCES.
 */
export function readAttribute(root: string, path: string): string | undefined {
  try {
    return readText(root, path).trim();
  } catch {
    return undefined;
  }
}

/** What a file of one whole number says; undefined where there is none or it says anything else. */
export function readNumber(root: string, path: string): number | undefined {
  return parseNumber(readAttribute(root, path));
}

/** A decimal number as the kernel writes it; undefined for anything else. */
export function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** The names in a folder, in their order; none where there is no such folder. */
export function listFolder(root: string, path: string): string[] {
  try {
    return isThere(root, path) ? readdirSync(join(root, path)).toSorted() : [];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether there is such a file or folder. Most machines lack most of them, and an error costs several times what this does. */
function isThere(root: string, path: string): boolean {
  return statSync(`${root}/${path}`, { throwIfNoEntry: false }) !== undefined;
}

/** Whether what was thrown says that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
