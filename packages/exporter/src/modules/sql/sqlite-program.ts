/**
 * What runs in the process that an SQLite database is read in. As text, so that it runs wherever this file does, also compiled
 * or bundled. It ends by a signal to itself, since SQLite cannot be interrupted from the same process.
 */
export const sqliteProgram = `
  const { createRequire } = require("node:module");
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  let database;
  const open = (message) => {
    database = opened(message);
    // Whoever writes has the file for a moment. By default node:sqlite does not wait at all.
    database.exec("PRAGMA busy_timeout = 2000");
  };
  const opened = ({ file, from }) => {
    try {
      const { DatabaseSync } = require("node:sqlite");
      return new DatabaseSync(file, { readOnly: true });
    } catch (error) {
      if (error.code !== "ERR_UNKNOWN_BUILTIN_MODULE") throw error;
    }
    let Database;
    try {
      Database = createRequire(from)("better-sqlite3");
    } catch (error) {
      throw Object.assign(new Error(error.message), { missing: true });
    }
    return new Database(file, { readonly: true, fileMustExist: true });
  };
  const text = (value) => {
    if (value === null || value === undefined) return null;
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
  };
  const query = ({ sql, maxRows }) => {
    const statement = database.prepare(sql);
    if (statement.reader === false) throw new Error("returns no rows");
    (statement.setReadBigInts ?? statement.safeIntegers).call(statement, true);
    let columns = statement.columns?.().map(({ name }) => name);
    const rows = [];
    for (const row of statement.iterate()) {
      columns ??= Object.keys(row);
      rows.push(columns.map((name) => text(row[name])));
      if (rows.length > maxRows) return { tooMany: true };
    }
    return { columns: columns ?? [], rows };
  };
  process.on("message", (message) => {
    try {
      if (message.file !== undefined) open(message);
      process.send({ result: message.file === undefined ? query(message) : query({ sql: "SELECT sqlite_version()", maxRows: 1 }) });
    } catch (error) {
      process.send({ error: error.message, missing: error.missing === true });
    }
  });
`;
