import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pair } from "./certificates.ts";
import { hasCommand } from "./debian-package.ts";
import { type MariaDbServer, startMariaDb } from "./mariadb-server.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

/** A real server of each kind. */
export interface Databases {
  readonly mariaDb: MariaDbServer;
  readonly postgres: PostgresServer;
  /** A folder for files of the test. */
  readonly folder: string;
  /** Ends both, and removes what they had and the folder. */
  stop(): Promise<void>;
}

/** Whether both are installed. See {@link hasCommand}. */
export function hasDatabases(): boolean {
  return [hasCommand("mariadbd", "mariadb-server"), hasCommand("psql", "postgresql")].every(Boolean);
}

/**
 * Starts both, empty, each with a user `exporter` who may read what the presets ask for. `password` is that user's, by default
 * `x`, and `pair` what the servers have for TLS.
 */
export async function startDatabases({
  password = "x",
  pair,
}: { readonly password?: string | undefined; readonly pair?: Pair | undefined } = {}): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-sql-"));
  const [mariaDb, postgres] = await Promise.all([startMariaDb(pair), startPostgres({ pair })]);
  await mariaDb.sql(`CREATE USER exporter IDENTIFIED BY '${password}';
    GRANT SELECT, PROCESS, SLAVE MONITOR ON *.* TO exporter`);
  await postgres.sql(`CREATE ROLE exporter LOGIN PASSWORD '${password}'; GRANT pg_monitor TO exporter`);
  return {
    mariaDb,
    postgres,
    folder,
    async stop() {
      await Promise.all([mariaDb.stop(), postgres.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}
