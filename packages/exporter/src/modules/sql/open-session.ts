import type { ConnectionSettings, Dialect } from "./connection-settings.ts";
import { openMySql } from "./mysql-session.ts";
import { openPostgres } from "./postgres-session.ts";
import type { Session } from "./session.ts";
import { openSqlite } from "./sqlite-session.ts";

const openers: Readonly<
  Record<Dialect, (settings: ConnectionSettings, seconds: number, signal: AbortSignal) => Promise<Session>>
> = { mysql: openMySql, postgres: openPostgres, sqlite: openSqlite };

/** Opens a session with a database, as its kind is asked. */
export async function openSession(
  settings: ConnectionSettings,
  seconds: number,
  signal: AbortSignal,
): Promise<Session> {
  return await openers[settings.dialect](settings, seconds, signal);
}
