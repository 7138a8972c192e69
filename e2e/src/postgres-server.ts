import { execFile } from "node:child_process";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Pair } from "./certificates.ts";
import { type Child, start } from "./child.ts";
import { endWithin } from "./end-within.ts";
import { freePort } from "./free-port.ts";
import { userNumbers } from "./user-numbers.ts";

const run = promisify(execFile);

/** Where Debian has the programs of PostgreSQL. */
export const postgresPrograms = "/usr/lib/postgresql/15/bin";

/** A real PostgreSQL server with data of its own. */
export interface PostgresServer {
  readonly port: number;
  /** The folder of its socket. */
  readonly folder: string;
  /** Runs statements as the superuser postgres and resolves to what psql prints, bars between columns. */
  sql(statements: string): Promise<string>;
  /** Ends it, by SIGKILL, and leaves its data. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** How a server is started. */
export interface PostgresOptions {
  /** What it has for TLS. Default: no TLS. */
  readonly pair?: Pair | undefined;
  /** The server that it follows, by the slot `standby`. Default: none, it is empty. */
  readonly follows?: PostgresServer | undefined;
}

/** Starts PostgreSQL in a folder of its own. Passwords are asked for on TCP. */
export async function startPostgres({ pair, follows }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-postgres-"));
  // It refuses to run as root.
  const user = userInfo().uid === 0 ? await userNumbers("postgres") : undefined;
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const port = await freePort();
  const inFolder = { cwd: folder, ...user };
  if (follows === undefined) {
    const access = ["--auth-local=trust", "--auth-host=scram-sha-256"];
    await run(
      join(postgresPrograms, "initdb"),
      ["-D", data, "-U", "postgres", ...access, "--no-sync", "-E", "UTF8"],
      inFolder,
    );
  } else {
    const source = ["-h", follows.folder, "-p", String(follows.port), "-U", "postgres", "-S", "standby"];
    await run(
      join(postgresPrograms, "pg_basebackup"),
      ["-D", data, "-R", "--no-sync", "-c", "fast", ...source],
      inFolder,
    );
  }
  const args = ["-D", data, "-k", folder, "-p", String(port), "-h", "127.0.0.1", "-F"];
  const begin = async (): Promise<Child> => {
    const child = start(join(postgresPrograms, "postgres"), args, inFolder);
    await child.line(/database system is ready to accept (?:read-only )?connections/);
    return child;
  };
  if (pair !== undefined) {
    for (const part of ["key", "cert"] as const) {
      const file = join(folder, part);
      await writeFile(file, pair[part], { mode: 0o600 });
      if (user !== undefined) await chown(file, user.uid, user.gid);
      args.push("-c", `ssl_${part}_file=${file}`);
    }
    args.push("-c", "ssl=on");
  }
  let server = await begin();
  return {
    port,
    folder,
    sql: async (statements) =>
      (
        await run("psql", [
          "-X",
          "-q",
          "-A",
          "-t",
          "-v",
          "ON_ERROR_STOP=1",
          "-h",
          folder,
          "-p",
          String(port),
          "-U",
          "postgres",
          "-d",
          "postgres",
          "-c",
          statements,
        ])
      ).stdout,
    async kill() {
      await server.stop("SIGKILL");
    },
    async restart() {
      server = await begin();
    },
    async stop() {
      await endWithin(server, 10, "SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
