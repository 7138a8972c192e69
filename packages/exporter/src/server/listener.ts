import { once } from "node:events";
import { lstat, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { ExporterError } from "../exporter-error.ts";
import { type Address, formatAddress } from "./address.ts";

/** A socket that listens. */
export interface Listener {
  /** What it got, with the port that the operating system chose. */
  readonly address: Address;
  /** Refuses new connections from now on; those that it has taken stay. A Unix socket goes from the file system. */
  close(): void;
}

/**
 * Listens, and hands every connection over. The socket file that a process left behind when it was killed is taken over; one
 * that a process still answers at is not. Rejects with an {@link ExporterError} that says why it cannot listen.
 */
export async function listen(address: Address, accept: (socket: Socket) => void): Promise<Listener> {
  // A client may close its side once it has sent its request; what is answered at once gets there all the same.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // Whoever reads the socket hears of it too; until then nobody does.
    socket.on("error", () => {});
    accept(socket);
  });
  try {
    await start(server, address);
  } catch (error) {
    if (!("path" in address) || !(await isAbandoned(address.path, error))) throw listenError(address, error);
    try {
      await unlink(address.path);
      await start(server, address);
    } catch (failure) {
      throw listenError(address, failure);
    }
  }
  // Such as too many open files: the connection is lost, and the next one may be taken.
  server.on("error", () => {});
  return { address: addressOf(server, address), close: () => void server.close() };
}

async function start(server: Server, address: Address): Promise<void> {
  server.listen("port" in address ? { port: address.port, host: address.host } : address);
  await once(server, "listening");
}

/** Whether a socket file is in the way that nobody listens at any more. */
async function isAbandoned(path: string, error: unknown): Promise<boolean> {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return false;
  // A connection to a file of another kind is refused just as well.
  if (
    !(await lstat(path).then(
      (stats) => stats.isSocket(),
      () => false,
    ))
  )
    return false;
  const probe = connect(path);
  try {
    await once(probe, "connect");
    return false;
  } catch (refused) {
    return (refused as NodeJS.ErrnoException).code === "ECONNREFUSED";
  } finally {
    probe.destroy();
  }
}

function addressOf(server: Server, asked: Address): Address {
  // Nothing tells the path of a Unix socket that was inherited.
  const bound = server.address();
  if (bound === null) return asked;
  return typeof bound === "string" ? { path: bound } : { host: bound.address, port: bound.port };
}

const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; stop the program that has it or choose another port",
  EACCES: "permission denied; choose a port above 1023 or run with the right to bind this one",
  EADDRNOTAVAIL: "no interface of this machine has that address; choose one that it has, or :port for all",
  ENOTFOUND: "that host name cannot be resolved; choose an address of this machine, or :port for all",
  EAI_AGAIN: "that host name cannot be resolved; choose an address of this machine, or :port for all",
};

const unixRemedies: Readonly<Record<string, string>> = {
  EADDRINUSE: "the path is taken; stop the program that listens there, remove the file or choose another path",
  // Also where there is no such folder.
  EACCES: "permission denied; choose a folder that exists and that this user may write to",
  ENOTDIR: "its folder is a file; choose another path",
  EINVAL: "the path is too long; choose a shorter one",
  ENAMETOOLONG: "the path is too long; choose a shorter one",
};

const inheritedRemedies: Readonly<Record<string, string>> = {
  EBADF: "it is not open; hand over a socket that listens",
  EINVAL: "it is no socket that listens; hand over one that does",
};

function listenError(address: Address, error: unknown): ExporterError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const known = "path" in address ? unixRemedies : "fd" in address ? inheritedRemedies : remedies;
  return new ExporterError("listen_failed", `Cannot listen on ${formatAddress(address)}: ${known[code] ?? message}.`);
}
