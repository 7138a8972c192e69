import { type EventEmitter, once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import type { Client } from "pg";
import { within } from "../../scrape/within.ts";
import type { ConnectionSettings, TlsSettings } from "./connection-settings.ts";
import { loadDriver } from "./driver.ts";
import { checkedMessages } from "./postgres-messages.ts";
import type { Column, Kind, Result, Value } from "./result.ts";
import { cancelSeconds, RunningQuery } from "./running-query.ts";
import { type QueryLimits, releaseOf, type Server, type Session, tooManyRows } from "./session.ts";
import { tlsOptions } from "./tls-options.ts";

/** The numbers of types whose texts are no plain numbers. */
const kinds: Readonly<Record<number, Kind>> = {
  16: "boolean",
  1082: "time",
  1114: "time",
  1184: "time",
  1186: "interval",
};
const numeric: ReadonlySet<number> = new Set([20, 21, 23, 26, 28, 700, 701, 1700]);

/** What `pg` has and its types lack. */
interface Insides {
  readonly processID: number;
  readonly secretKey: number;
  readonly connection: {
    readonly stream: Duplex;
    /** Has what comes on a stream parsed, plain or out of TLS. */
    attachListeners(stream: EventEmitter): void;
  };
}

/** Opens a read-only session with a PostgreSQL server. */
export async function openPostgres(
  settings: ConnectionSettings,
  seconds: number,
  signal: AbortSignal,
): Promise<Session> {
  const { default: pg } = await loadDriver("pg", () => import("pg"));
  const { host, socket, port = 5432, user, password, database, tls } = settings;
  const client = new pg.Client({
    host: socket ?? host,
    port,
    user,
    // As a function: what is not given is not looked for in the environment or in files of whoever runs the exporter.
    password: () => password?.reveal() ?? "",
    database: database ?? user,
    ssl: tls === undefined ? false : { ...(await tlsOptions(tls)), ...identityOf(tls) },
    application_name: "exporterkit",
    connectionTimeoutMillis: Math.max(seconds * 1000, 1),
    keepAlive: true,
  });
  const { connection } = insidesOf(client);
  const attachListeners = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => attachListeners(checkedMessages(stream as Duplex));
  const session = new PostgresSession(
    client,
    pg.Query,
    socket === undefined ? { host: host!, port } : { path: `${socket}/.s.PGSQL.${port}` },
  );
  const onAbort = (): void => session.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    await session.prepare(seconds, signal);
    return session;
  } catch (error) {
    session.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Has the certificate checked for another name than the host's, which pg would check it for. */
function identityOf({ server_name: name }: TlsSettings): Partial<ConnectionOptions> {
  return name === undefined
    ? {}
    : { checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate) };
}

function insidesOf(client: Client): Insides {
  return client as unknown as Insides;
}

/** Where a server listens. */
type Listening = { readonly host: string; readonly port: number } | { readonly path: string };

class PostgresSession implements Session {
  server: Server = { version: "", isMariaDb: false, release: 0 };
  isBroken = false;
  readonly #client: Client;
  readonly #Query: typeof import("pg").Query;
  readonly #listening: Listening;
  #timeoutMs: number | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(client: Client, query: typeof import("pg").Query, listening: Listening) {
    this.#client = client;
    this.#Query = query;
    this.#listening = listening;
    // A server that shuts down says so on idle connections, too.
    for (const event of ["error", "end"] as const) client.on(event, () => (this.isBroken = true));
  }

  /** Makes the session read-only, with texts as they are read here. */
  async prepare(timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    const limits = { timeoutSeconds, signal, maxRows: 1 };
    for (const setting of [
      "default_transaction_read_only = on",
      "DateStyle = ISO",
      "TimeZone = 'UTC'",
      "IntervalStyle = 'iso_8601'",
    ]) {
      await this.#run(`SET ${setting}`, limits);
    }
    const { rows } = await this.#run("SHOW server_version_num", limits);
    const number = Number(rows[0]![0]);
    // 150018 is 15.18, 90624 is 9.6.24.
    const [major, minor] =
      number >= 100_000
        ? [Math.floor(number / 10_000), number % 10_000]
        : [Math.floor(number / 10_000), Math.floor(number / 100) % 100];
    this.server = {
      version: `${major}.${minor}`,
      isMariaDb: false,
      release: releaseOf(`${major}.${number >= 100_000 ? 0 : minor}`),
    };
  }

  async query(sql: string, limits: QueryLimits): Promise<Result> {
    // Should this process end, the server still knows when to stop.
    const timeoutMs = Math.ceil(limits.timeoutSeconds) * 1000 + 1000;
    if (timeoutMs !== this.#timeoutMs) {
      await this.#run(`SET statement_timeout = ${timeoutMs}`, limits);
      this.#timeoutMs = timeoutMs;
    }
    return await this.#run(sql, limits);
  }

  settled(): Promise<void> {
    return this.#settled;
  }

  close(): void {
    this.isBroken = true;
    // Without waiting for what a server that hangs would have to say.
    insidesOf(this.#client).connection.stream.destroy();
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
    // The extended protocol takes one statement only.
    const config = { text: sql, rowMode: "array", queryMode: "extended", types: { getTypeParser: () => String } };
    const query = new this.#Query(config);
    const rows: (readonly (string | null)[])[] = [];
    return new Promise((resolve, reject) => {
      query.on("row", (row: (string | null)[]) => {
        if (rows.push(row) <= maxRows) return;
        // The server notices when it has nobody to send to.
        reject(tooManyRows(maxRows));
        this.close();
      });
      query.on("error", reject);
      query.on("end", ({ fields }) => resolve(resultOf(fields, rows)));
      this.#client.query(query);
    });
  }

  /** Asks the server to cancel what runs on this connection: a connection of its own, without a login. */
  async #cancel(): Promise<void> {
    const { processID, secretKey } = insidesOf(this.#client);
    const request = Buffer.alloc(16);
    request.writeInt32BE(16, 0);
    request.writeInt32BE(80_877_102, 4);
    request.writeInt32BE(processID, 8);
    request.writeInt32BE(secretKey, 12);
    const socket = connect(this.#listening);
    socket.on("connect", () => socket.end(request));
    socket.resume();
    try {
      // Whatever it sends meanwhile.
      await within(once(socket, "close"), cancelSeconds);
    } finally {
      socket.destroy();
    }
  }
}

function resultOf(
  fields: readonly { name: string; dataTypeID: number }[],
  rows: readonly (readonly Value[])[],
): Result {
  const columns = fields.map(({ name, dataTypeID }): Column => ({
    name,
    kind: kinds[dataTypeID] ?? (numeric.has(dataTypeID) ? "number" : "text"),
  }));
  const booleans = columns.flatMap(({ kind }, i) => (kind === "boolean" ? [i] : []));
  if (booleans.length === 0) return { columns, rows };
  return {
    columns,
    rows: rows.map((row) => row.map((value, i) => (columns[i]!.kind === "boolean" ? named(value) : value))),
  };
}

function named(boolean: Value): Value {
  if (boolean === null) return null;
  return boolean === "t" ? "true" : "false";
}
