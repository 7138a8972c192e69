import type { Result } from "./result.ts";

/** What limits one query. */
export interface QueryLimits {
  /** Aborts when the result is of no use any more. */
  readonly signal: AbortSignal;
  /** Seconds until the query is cancelled. */
  readonly timeoutSeconds: number;
  /** How many rows it may return; one more is an error. */
  readonly maxRows: number;
}

/** What a connection has found out about its server. */
export interface Server {
  /** Its version as it says it. */
  readonly version: string;
  /** Whether it is a MariaDB. */
  readonly isMariaDb: boolean;
  /** Major and minor version as one number: 8.4 is 804, PostgreSQL 15 is 1500. */
  readonly release: number;
}

/** A connection to a database, read-only, for one query at a time. */
export interface Session {
  readonly server: Server;
  /** Whether it can be used no more. */
  readonly isBroken: boolean;
  /**
   * Runs a query. Rejects as soon as a limit is passed; the query is then being cancelled on the server, and the session is
   * free again when {@link settled} resolves.
   */
  query(sql: string, limits: QueryLimits): Promise<Result>;
  /** Resolves when no query runs, or the session is broken. */
  settled(): Promise<void>;
  /** Ends it at once. */
  close(): void;
}

/** Opens a session. Rejects where that takes longer than `timeoutSeconds`. */
export type OpenSession = (timeoutSeconds: number, signal: AbortSignal) => Promise<Session>;

/** A query passed a limit. */
export class LimitPassed extends Error {}

/** The error of a query that returned too much. */
export function tooManyRows(maxRows: number): LimitPassed {
  return new LimitPassed(`returned more than ${maxRows} rows; aggregate or LIMIT them in the query, or raise max_rows`);
}

/** Major and minor version of a version's text as one number. */
export function releaseOf(version: string): number {
  const [major = 0, minor = 0] = (version.match(/\d+/g) ?? []).map(Number);
  return major * 100 + Math.min(minor, 99);
}
