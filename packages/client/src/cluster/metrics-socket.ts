import { randomUUID } from "node:crypto";
import { chmodSync, lstatSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The environment variable that names the socket of the process that collects. */
export const socketVariable = "EXPORTERKIT_METRICS_SOCKET";
/** The environment variable with what a worker has to know to be let in. */
export const tokenVariable = "EXPORTERKIT_METRICS_TOKEN";

/** A place for a socket that only processes of the same user reach. */
export interface SocketPlace {
  readonly path: string;
  /** Removes what was made for it. */
  remove(this: void): void;
}

const folderPrefix = "exporterkit-";
const socketName = "metrics.sock";

/** Makes a place: a socket in a folder of its own, which nobody else may enter, or a named pipe on Windows. */
export function createSocketPlace(): SocketPlace {
  if (process.platform === "win32") {
    return { path: `\\\\.\\pipe\\exporterkit-${randomUUID()}`, remove: () => {} };
  }
  void removeLeftBehind();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  return { path: join(folder, socketName), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Removes the folders of processes that were killed before they could: those in whose socket nobody listens. */
async function removeLeftBehind(): Promise<void> {
  try {
    for (const name of await readdir(tmpdir())) {
      if (!name.startsWith(folderPrefix)) continue;
      const folder = join(tmpdir(), name);
      await removeIfLeftBehind(folder).catch(() => {});
    }
  } catch {
    // It was a courtesy.
  }
}

async function removeIfLeftBehind(folder: string): Promise<void> {
  const [socket, ...others] = await readdir(folder);
  const { mtimeMs } = await stat(folder);
  // A process that starts makes the folder first and listens then.
  if (socket !== socketName || others.length > 0 || Date.now() - mtimeMs < 60_000) return;
  if (!(await isAnswered(join(folder, socketName)))) await rm(folder, { recursive: true });
}

/** Listens. A socket that a process left behind that is no more is replaced. Throws if a process listens there. */
export async function listen(server: Server, path: string): Promise<void> {
  try {
    await tryToListen(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || process.platform === "win32") throw error;
    if (!lstatSync(path).isSocket()) throw new Error(`${path}: a file is there that is no socket.`, { cause: error });
    if (await isAnswered(path)) throw new Error(`${path}: another process collects metrics there.`, { cause: error });
    unlinkSync(path);
    await tryToListen(server, path);
  }
  if (process.platform !== "win32") chmodSync(path, 0o600);
}

function tryToListen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Whether a process listens; one that is merely busy does. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => answer(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}
