import { connect } from "node:net";
import type { Connection, ConnectionOptions, FieldPacket } from "mysql2";
import { within } from "../../scrape/within.ts";
import type { ConnectionSettings, TlsSettings } from "./connection-settings.ts";
import { loadDriver } from "./driver.ts";
import type { Column, Kind, Result, Value } from "./result.ts";
import { cancelSeconds, RunningQuery } from "./running-query.ts";
import { type QueryLimits, releaseOf, type Server, type Session, tooManyRows } from "./session.ts";
import { tlsOptions } from "./tls-options.ts";

/** The numbers of types in the protocol. */
const types = {
  timestamp: 7,
  date: 10,
  time: 11,
  datetime: 12,
  newdate: 14,
  bit: 16,
  timestamp2: 17,
  datetime2: 18,
  time2: 19,
};
const numeric: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 8, 9, 13, types.bit, 246]);
const times: ReadonlySet<number> = new Set([
  types.timestamp,
  types.date,
  types.datetime,
  types.newdate,
  types.timestamp2,
  types.datetime2,
]);

/** A field as a value is read from it. */
interface Field {
  readonly type: string;
  string(): string | null;
  buffer(): Buffer | null;
}

/** Opens a read-only session with a MySQL or MariaDB server. */
export async function openMySql(settings: ConnectionSettings, seconds: number, signal: AbortSignal): Promise<Session> {
  const { default: mysql } = await loadDriver("mysql2", () => import("mysql2"));
  const { host, socket, port = 3306, user, password, database, tls } = settings;
  const options: ConnectionOptions = {
    ...(socket === undefined ? { host: host!, port } : { socketPath: socket }),
    ...(tls !== undefined && host !== undefined && (await encrypted(tls, host, port))),
    user: user!,
    password: password?.reveal() ?? "",
    ...(database !== undefined && { database }),
    connectTimeout: Math.max(seconds * 1000, 1),
    enableKeepAlive: true,
    multipleStatements: false,
    // The server must not ask for files of this machine.
    flags: ["-LOCAL_FILES"],
  };
  const open = (): Connection => mysql.createConnection(options);
  const session = new MySqlSession(open);
  const onAbort = (): void => session.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await session.prepare(seconds, signal);
    return session;
  } catch (error) {
    session.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Options for a connection that is encrypted. mysql2 checks the certificate for the name of the host that it is told, and
 * none where that is an address; so it is told the name, and connects where the stream does.
 */
async function encrypted(tls: TlsSettings, host: string, port: number): Promise<ConnectionOptions> {
  const name = tls.server_name ?? host;
  return {
    host: name,
    ssl: { ...(await tlsOptions(tls)), verifyIdentity: tls.insecure_skip_verify !== true },
    // Node.js checks an address by this, where there is no name to send.
    stream: () => Object.assign(connect({ host, port }), { _host: name }),
  };
}

class MySqlSession implements Session {
  server: Server = { version: "", isMariaDb: false, release: 0 };
  isBroken = false;
  readonly #open: () => Connection;
  readonly #connection: Connection;
  #timeoutSeconds: number | undefined;
  /** Why it was lost, and what fails for it. */
  #lost: Error | undefined;
  #onLost: ((error: Error) => void) | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(open: () => Connection) {
    this.#open = open;
    this.#connection = open();
    this.#connection.on("error", (error) => this.#lose(error));
    this.#connection.on("end", () => this.#lose(new Error("the connection was cut off")));
  }

  /** Makes the session read-only, with times in UTC. */
  async prepare(timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    const limits = { timeoutSeconds, signal, maxRows: 1 };
    const { rows } = await this.#run("SELECT VERSION()", limits);
    const version = rows[0]![0]!;
    // Old ones begin with 5.5.5- for the sake of old replicas.
    const plain = version.replace(/^5\.5\.5-/, "");
    this.server = { version, isMariaDb: /mariadb/i.test(version), release: releaseOf(plain) };
    await this.#run("SET SESSION TRANSACTION READ ONLY", limits);
    await this.#run("SET SESSION time_zone = '+00:00', lock_wait_timeout = 2", limits);
    // What the exporter asks stays out of the slow log, unless it is worth a look. MySQL has no such filter.
    const filter = "SET SESSION log_slow_filter = 'tmp_table_on_disk,filesort_on_disk'";
    if (this.server.isMariaDb) await this.#run(filter, limits);
  }

  async query(sql: string, limits: QueryLimits): Promise<Result> {
    // Should this process end, the server still knows when to stop.
    const seconds = Math.ceil(limits.timeoutSeconds) + 1;
    if (seconds !== this.#timeoutSeconds) {
      await this.#limit(seconds, limits);
      this.#timeoutSeconds = seconds;
    }
    return await this.#run(sql, limits);
  }

  settled(): Promise<void> {
    return this.#settled;
  }

  close(): void {
    this.#lose(new Error("the connection was closed"));
    this.#connection.destroy();
  }

  /** A connection that is lost tells it, and not the queries that it has. */
  #lose(error: Error): void {
    this.isBroken = true;
    this.#lost ??= error;
    this.#onLost?.(error);
  }

  async #limit(seconds: number, limits: QueryLimits): Promise<void> {
    const { isMariaDb, release } = this.server;
    if (isMariaDb && release >= 1001) await this.#run(`SET SESSION max_statement_time = ${seconds}`, limits);
    if (!isMariaDb && release >= 507) await this.#run(`SET SESSION max_execution_time = ${seconds * 1000}`, limits);
  }

  async #run(sql: string, limits: QueryLimits): Promise<Result> {
    const running = new RunningQuery(this.#answer(sql, limits.maxRows), limits, {
      cancel: () => this.#cancel(),
      destroy: () => this.close(),
    });
    this.#settled = running.settled;
    return await running.answer;
  }

  #answer(sql: string, maxRows: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) throw this.#lost;
      this.#onLost = reject;
      let columns: Column[] | undefined;
      let isSecond = false;
      const rows: (readonly Value[])[] = [];
      const query = this.#connection.query({ sql, rowsAsArray: true, typeCast: (field) => valueOf(field) });
      query.on("fields", (fields: FieldPacket[] | undefined) => {
        // What ends the answer to CALL has none.
        if (fields === undefined) return;
        if (columns === undefined) columns = fields.map(columnOf);
        else isSecond = true;
      });
      query.on("result", (row: unknown) => {
        // A statement without rows has a header of another kind.
        if (!Array.isArray(row) || rows.push(row as Value[]) <= maxRows) return;
        reject(tooManyRows(maxRows));
        this.close();
      });
      query.on("error", reject);
      query.on("end", () => {
        if (isSecond) reject(new Error("returned several results; a query may have one, so call what returns one"));
        else resolve({ columns: columns ?? [], rows });
      });
    });
  }

  /** Has the server end what runs on this connection, by another one. */
  async #cancel(): Promise<void> {
    const { threadId } = this.#connection;
    if (!threadId) throw new Error("there is no connection yet");
    const connection = this.#open();
    try {
      const killed = new Promise<void>((resolve, reject) => {
        connection.on("error", reject);
        connection.query(`KILL QUERY ${threadId}`, (error) => (error ? reject(error) : resolve()));
      });
      await within(killed, cancelSeconds);
    } finally {
      connection.destroy();
    }
  }
}

function columnOf({ name, columnType = 0 }: FieldPacket): Column {
  return { name, kind: kindOf(columnType) };
}

function kindOf(type: number): Kind {
  if (times.has(type)) return "time";
  if (type === types.time || type === types.time2) return "interval";
  return numeric.has(type) ? "number" : "text";
}

function valueOf(field: Field): Value {
  if (field.type === "BIT") {
    const bits = field.buffer();
    return bits === null ? null : BigInt(`0x${bits.toString("hex") || "0"}`).toString();
  }
  const text = field.string();
  // What MySQL has in the place of a date that there is not.
  return text !== null && text.startsWith("0000-00-00") && /DATE|TIMESTAMP/.test(field.type) ? null : text;
}
