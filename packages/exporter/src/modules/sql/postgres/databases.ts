import type { PresetPart } from "../preset.ts";
import { addView, type View, viewPart } from "./view-part.ts";

const reachable = "has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')";

const sizes: View = {
  name: "database",
  prefix: "pg_database",
  labels: ["datname"],
  hasServer: true,
  sql: `SELECT datname, pg_database_size(oid) AS size_bytes FROM pg_database WHERE ${reachable}`,
  columns: { size_bytes: ["gauge", "The size of the database."] },
};

const limits: View = {
  name: "database",
  prefix: "pg_database",
  labels: ["datname"],
  sql: "SELECT datname, datconnlimit AS connection_limit FROM pg_database",
  columns: { connection_limit: ["gauge", "How many connections the database may have; -1 is any number."] },
};

/** The sizes of databases, of those that the user may connect to or all with pg_read_all_stats, and their limits. */
export const database: PresetPart = {
  name: "database",
  async collect(context) {
    await addView(context, sizes);
    await addView(context, limits);
  },
};

/** What the server counts by database. */
export const statDatabase: PresetPart = viewPart({
  name: "stat_database",
  prefix: "pg_stat_database",
  labels: ["datid", "datname"],
  hasServer: true,
  sql: ({ release }) =>
    `SELECT *${release >= 1400 ? ", active_time / 1000 AS active_time_seconds_total" : ""} FROM pg_stat_database`,
  except: [],
  columns: {
    numbackends: ["gauge", "Connections to the database."],
    xact_commit: ["counter", "Transactions that were committed."],
    xact_rollback: ["counter", "Transactions that were rolled back."],
    blks_read: ["counter", "Blocks that were read from disk."],
    blks_hit: ["counter", "Blocks that were found in the buffer cache."],
    tup_returned: ["counter", "Rows that scans have gone through."],
    tup_fetched: ["counter", "Rows that were fetched by index scans."],
    tup_inserted: ["counter", "Rows that were inserted."],
    tup_updated: ["counter", "Rows that were updated."],
    tup_deleted: ["counter", "Rows that were deleted."],
    conflicts: ["counter", "Queries that were cancelled since they were in the way of replication."],
    temp_files: ["counter", "Temporary files that queries wrote."],
    temp_bytes: ["counter", "Bytes that queries wrote to temporary files."],
    deadlocks: ["counter", "Deadlocks."],
    blk_read_time: ["counter", "Milliseconds that reading of blocks took, if track_io_timing is on."],
    blk_write_time: ["counter", "Milliseconds that writing of blocks took, if track_io_timing is on."],
    active_time_seconds_total: ["counter", "Time that statements took."],
    stats_reset: ["counter", "When these counters began."],
  },
});

/** Queries that were cancelled since they were in the way of replication. */
export const statDatabaseConflicts: PresetPart = viewPart({
  name: "stat_database_conflicts",
  prefix: "pg_stat_database_conflicts",
  labels: ["datid", "datname"],
  hasServer: true,
  sql: "SELECT * FROM pg_stat_database_conflicts",
  except: [],
  columns: Object.fromEntries(
    ["tablespace", "lock", "snapshot", "bufferpin", "deadlock"].map((reason) => [
      `confl_${reason}`,
      ["counter", `Queries that were cancelled for ${reason}.`] as const,
    ]),
  ),
});

/** Limits of roles. */
export const roles: PresetPart = viewPart({
  name: "roles",
  prefix: "pg_roles",
  labels: ["rolname"],
  sql: "SELECT rolname, rolconnlimit AS connection_limit FROM pg_roles",
  columns: { connection_limit: ["gauge", "How many connections the role may have; -1 is any number."] },
});
