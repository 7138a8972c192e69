import { execFile } from "node:child_process";
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import type { Pair } from "./certificates.ts";
import { type Child, start } from "./child.ts";
import { endWithin } from "./end-within.ts";
import { freePort } from "./free-port.ts";
import { userNumbers } from "./user-numbers.ts";

const run = promisify(execFile);

/** A real MariaDB server with data of its own. */
export interface MariaDbServer {
  readonly port: number;
  readonly socket: string;
  /** Runs statements as root and resolves to what the client prints, tabs between columns. */
  sql(statements: string): Promise<string>;
  /** Ends it, by SIGKILL, and leaves its data. */
  kill(): Promise<void>;
  /** Stops it in its tracks, with all its connections open, or lets it go on. */
  freeze(isFrozen: boolean): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts MariaDB, empty, in a folder of its own. `pair` is what it has for TLS. */
export async function startMariaDb(pair?: Pair): Promise<MariaDbServer> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-mariadb-"));
  const user = userInfo().uid === 0 ? "mysql" : userInfo().username;
  const data = join(folder, "data");
  // A server that starts removes all temporary tables of its tmpdir, those of other servers too.
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  if (userInfo().uid === 0) {
    const { uid, gid } = await userNumbers(user);
    for (const owned of [folder, temporary]) await chown(owned, uid, gid);
  }
  const socket = join(folder, "mariadb.sock");
  await run("mariadb-install-db", [
    "--no-defaults",
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    `--user=${user}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);
  const port = await freePort();
  const args = [
    "--no-defaults",
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    `--user=${user}`,
    `--socket=${socket}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--performance-schema=on",
    `--log-bin=${join(data, "binlog")}`,
    "--server-id=1",
  ];
  const begin = async (): Promise<Child> => {
    const child = start("mariadbd", args);
    await child.line(/ready for connections/);
    return child;
  };
  if (pair !== undefined) {
    for (const part of ["key", "cert"] as const) {
      await writeFile(join(folder, part), pair[part]);
      args.push(`--ssl-${part}=${join(folder, part)}`);
    }
  }
  let server = await begin();
  return {
    port,
    socket,
    sql: async (statements) =>
      (
        await run("mariadb", [
          "--no-defaults",
          `--socket=${socket}`,
          "--user=root",
          "--batch",
          "--skip-column-names",
          "--execute",
          statements,
        ])
      ).stdout,
    async kill() {
      await server.stop("SIGKILL");
    },
    async freeze(isFrozen) {
      process.kill(server.pid, isFrozen ? "SIGSTOP" : "SIGCONT");
      // Each of its threads has to get the signal.
      await vi.waitFor(async () => {
        const isStopped = (await readFile(`/proc/${server.pid}/status`, "utf8")).includes("State:\tT");
        if (isStopped !== isFrozen) throw new Error("not yet");
      }, 10_000);
    },
    async restart() {
      server = await begin();
    },
    async stop() {
      await endWithin(server, 10);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
