import { type ChildProcess, spawn } from "node:child_process";
import { ExporterError } from "../../exporter-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import type { Result, Value } from "./result.ts";
import { RunningQuery } from "./running-query.ts";
import { type QueryLimits, releaseOf, type Server, type Session, tooManyRows } from "./session.ts";
import { sqliteProgram } from "./sqlite-program.ts";

/** What the process says. */
type Answer =
  | {
      readonly result:
        | { readonly columns: readonly string[]; readonly rows: readonly (readonly Value[])[] }
        | { readonly tooMany: true };
    }
  | { readonly error: string; readonly missing: boolean };

/**
 * Opens an SQLite database for reading, in a process of its own: a query of SQLite does not return before it is done, and would
 * hold up everything else here. The process can be killed.
 */
export async function openSqlite({ file }: ConnectionSettings, seconds: number, signal: AbortSignal): Promise<Session> {
  const session = new SqliteSession();
  try {
    await session.open(file!, { timeoutSeconds: seconds, signal });
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

class SqliteSession implements Session {
  server: Server = { version: "", isMariaDb: false, release: 0 };
  isBroken = false;
  readonly #child: ChildProcess;
  #settled: Promise<void> = Promise.resolve();

  constructor() {
    // Of the environment it needs nothing, and options of Node.js there may not be meant for it.
    this.#child = spawn(process.execPath, ["--no-warnings", "-e", sqliteProgram], {
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    for (const event of ["error", "exit"] as const) this.#child.on(event, () => (this.isBroken = true));
    // An idle database keeps nobody from ending.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  async open(file: string, limits: Omit<QueryLimits, "maxRows">): Promise<void> {
    const { rows } = await this.#ask({ file, from: import.meta.url }, { ...limits, maxRows: 1 });
    const version = rows[0]![0]!;
    this.server = { version, isMariaDb: false, release: releaseOf(version) };
  }

  async query(sql: string, limits: QueryLimits): Promise<Result> {
    return await this.#ask({ sql, maxRows: limits.maxRows }, limits);
  }

  settled(): Promise<void> {
    return this.#settled;
  }

  close(): void {
    this.isBroken = true;
    this.#child.kill("SIGKILL");
  }

  async #ask(question: object, limits: QueryLimits): Promise<Result> {
    const running = new RunningQuery(this.#answer(question, limits.maxRows), limits, {
      cancel: async () => this.close(),
      destroy: () => this.close(),
    });
    this.#settled = running.settled;
    return await running.answer;
  }

  #answer(question: object, maxRows: number): Promise<Result> {
    const child = this.#child;
    child.channel?.ref();
    return new Promise<Result>((resolve, reject) => {
      const done = (): void => {
        child.channel?.unref();
        child.removeAllListeners("message").removeListener("exit", onExit);
      };
      const onExit = (): void => {
        done();
        reject(new Error("the process that reads the database has ended"));
      };
      child.once("exit", onExit);
      child.once("message", (answer: Answer) => {
        done();
        if ("error" in answer) reject(answer.missing ? missingDriver() : new Error(answer.error));
        else if ("tooMany" in answer.result) reject(tooManyRows(maxRows));
        else resolve(resultOf(answer.result));
      });
      child.send(question, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}

function missingDriver(): ExporterError {
  const remedy = "use Node.js 22.13 or later, or run npm install better-sqlite3";
  return new ExporterError("missing_package", `This Node.js has no SQLite, and there is no better-sqlite3: ${remedy}.`);
}

/** SQLite's columns have no type: each value does, and tells whether it is a number by its text. */
function resultOf({ columns, rows }: { columns: readonly string[]; rows: readonly (readonly Value[])[] }): Result {
  return { columns: columns.map((name) => ({ name, kind: "text" })), rows };
}
