import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const programs = fileURLToPath(new URL("programs", import.meta.url));

/** A project of a user's, with programs and installed packages. */
export interface AliasedFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a project in which `prom-client` is the package in the folder `promClient` for everybody, as npm makes it with
 * `"overrides": { "prom-client": "npm:…" }`: it is the only package of that name, and libraries that brought an older copy
 * of their own get it too. With `overrides` false those keep it, as with an alias under `dependencies` alone. Whatever else
 * is installed here is linked, so Node.js must run with `--preserve-symlinks`, which has it look for packages where the
 * links are and not where they lead to.
 */
export async function aliasPromClient(promClient: string, { overrides = true } = {}): Promise<AliasedFolder> {
  // Node.js tells the real path of the main program, and temporary folders may be links.
  const path = await realpath(await mkdtemp(join(tmpdir(), "exporterkit-prom-client-")));
  await cp(programs, path, { recursive: true });
  // Some libraries name metrics and label versions after the package that they are used in.
  await writeFile(join(path, "package.json"), JSON.stringify({ name: "web-shop", version: "1.2.3" }));
  const installed = join(root, "node_modules");
  for (const name of await packageNames(installed)) {
    const target = join(path, "node_modules", name);
    await mkdir(join(target, ".."), { recursive: true });
    if (name === "prom-client") await symlink(promClient, target);
    else if (overrides) await installWithout(join(installed, name), target);
    else await symlink(join(installed, name), target);
  }
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Installs a package without any prom-client of its own. */
async function installWithout(folder: string, target: string): Promise<void> {
  if (!existsSync(join(folder, "node_modules/prom-client"))) return symlink(folder, target);
  const nested = join(folder, "node_modules");
  await cp(folder, target, { recursive: true, filter: (source) => source !== nested });
  for (const name of await packageNames(nested)) {
    if (name === "prom-client") continue;
    await mkdir(join(target, "node_modules", name, ".."), { recursive: true });
    await installWithout(join(nested, name), join(target, "node_modules", name));
  }
}

async function packageNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith(".")) continue;
    if (!name.startsWith("@")) names.push(name);
    else for (const inScope of await readdir(join(folder, name))) names.push(join(name, inScope));
  }
  return names;
}
