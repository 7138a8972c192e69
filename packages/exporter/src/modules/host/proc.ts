import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Text of a file under procfs. The kernel makes it in memory, so that reading it never waits for a device. */
export function readProc(procfs: string, path: string): string {
  return readFileSync(join(procfs, path), "utf8");
}
