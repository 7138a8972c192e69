import { statSync } from "node:fs";
import { formatPath, formatPlace, type Path, type Place } from "./problem.ts";

/** A sentence for each secret in a file that everybody may read. Windows has no such permissions. */
export function secretWarnings(secrets: readonly { readonly path: Path; readonly at: Place }[]): string[] {
  if (process.platform === "win32") return [];
  const isOpen = new Map<string, boolean>();
  for (const { at } of secrets) if (!isOpen.has(at.file)) isOpen.set(at.file, isReadByAll(at.file));
  return secrets
    .filter(({ at }) => isOpen.get(at.file))
    .map(({ at, path }) => {
      const name = String(path.findLast((step) => typeof step !== "number"));
      const remedy = `chmod o-r the file, or use \${VARIABLE} or ${name}_file`;
      return `${formatPlace(at)}: ${formatPath(path)}: every user of this machine may read this secret; ${remedy}`;
    });
}

function isReadByAll(file: string): boolean {
  try {
    return (statSync(file).mode & 0o004) !== 0;
  } catch {
    return false;
  }
}
