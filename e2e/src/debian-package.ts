import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Whether a command that a Debian package brings is installed. Where it is not, a test that needs it is to be skipped by
 * name; in CI nothing may be skipped, and it throws.
 */
export function hasCommand(command: string, debianPackage: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.some((folder) => isExecutable(join(folder, command)));
  return demandInCi(found, debianPackage);
}

/** The same for a module of Debian's Python. */
export function hasPythonModule(module: string, debianPackage: string): boolean {
  const { status } = spawnSync("/usr/bin/python3", ["-c", `import ${module}`]);
  return demandInCi(status === 0, debianPackage);
}

function demandInCi(found: boolean, debianPackage: string): boolean {
  if (!found && process.env["CI"]) throw new Error(`CI must install the Debian package ${debianPackage}.`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
