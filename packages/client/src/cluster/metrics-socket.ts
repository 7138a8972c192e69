import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
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

/** Makes a place: a socket in a folder of its own, which nobody else may enter, or a named pipe on Windows. */
export function createSocketPlace(): SocketPlace {
  if (process.platform === "win32") {
    return { path: `\\\\.\\pipe\\exporterkit-${randomUUID()}`, remove: () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-"));
  return { path: join(folder, "metrics.sock"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Listens. A socket that a process left behind that is no more is replaced. Throws if a process listens there. */
export async function listen(server: Server, path: string): Promise<void> {
  try {
    await tryToListen(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || process.platform === "win32") throw error;
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

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
