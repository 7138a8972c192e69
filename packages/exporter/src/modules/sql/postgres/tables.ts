import type { PresetPart } from "../preset.ts";
import { viewPart } from "./view-part.ts";

const labels = ["datname", "schemaname", "relname"];

/** Tables that somebody locks or waits to lock, also by an index, such that asking for their size would wait. */
const locked = `ARRAY(SELECT coalesce(i.indrelid, l.relation) FROM pg_locks l LEFT JOIN pg_index i ON i.indexrelid = l.relation
  WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

/** Tables of the database that the session is in. */
export const statUserTables: PresetPart = viewPart({
  name: "stat_user_tables",
  prefix: "pg_stat_user_tables",
  labels,
  sql: `SELECT current_database() AS datname, s.*, coalesce(s.last_vacuum, 'epoch') AS last_vacuum_or_never,
      coalesce(s.last_autovacuum, 'epoch') AS last_autovacuum_or_never, coalesce(s.last_analyze, 'epoch') AS last_analyze_or_never,
      coalesce(s.last_autoanalyze, 'epoch') AS last_autoanalyze_or_never, coalesce(idx_scan, 0) AS idx_scan_or_none,
      coalesce(idx_tup_fetch, 0) AS idx_tup_fetch_or_none,
      CASE WHEN s.relid <> ALL (${locked}) THEN pg_indexes_size(s.relid) END AS index_size_bytes,
      CASE WHEN s.relid <> ALL (${locked}) THEN pg_table_size(s.relid) END AS table_size_bytes
    FROM pg_stat_user_tables s`,
  columns: {
    seq_scan: ["counter", "Sequential scans."],
    seq_tup_read: ["counter", "Rows that sequential scans have read."],
    idx_scan_or_none: ["counter", "Index scans.", "idx_scan"],
    idx_tup_fetch_or_none: ["counter", "Rows that index scans have fetched.", "idx_tup_fetch"],
    n_tup_ins: ["counter", "Rows that were inserted."],
    n_tup_upd: ["counter", "Rows that were updated."],
    n_tup_del: ["counter", "Rows that were deleted."],
    n_tup_hot_upd: ["counter", "Rows that were updated without a change of an index."],
    n_live_tup: ["gauge", "Rows that there are, by estimate."],
    n_dead_tup: ["gauge", "Rows that are dead, by estimate."],
    n_mod_since_analyze: ["gauge", "Rows that have changed since the table was analyzed, by estimate."],
    last_vacuum_or_never: ["gauge", "When it was last vacuumed by hand; 0 is never.", "last_vacuum"],
    last_autovacuum_or_never: ["gauge", "When it was last vacuumed by the daemon; 0 is never.", "last_autovacuum"],
    last_analyze_or_never: ["gauge", "When it was last analyzed by hand; 0 is never.", "last_analyze"],
    last_autoanalyze_or_never: ["gauge", "When it was last analyzed by the daemon; 0 is never.", "last_autoanalyze"],
    vacuum_count: ["counter", "Times that it was vacuumed by hand."],
    autovacuum_count: ["counter", "Times that it was vacuumed by the daemon."],
    analyze_count: ["counter", "Times that it was analyzed by hand."],
    autoanalyze_count: ["counter", "Times that it was analyzed by the daemon."],
    index_size_bytes: ["gauge", "The size of its indexes."],
    table_size_bytes: ["gauge", "The size of the table."],
  },
});

const blocks = (what: string): readonly (readonly [string, readonly ["counter", string, string]])[] => {
  const names = {
    heap: "the table",
    idx: "its indexes",
    toast: "its TOAST table",
    tidx: "the index of its TOAST table",
  };
  return Object.entries(names).map(([kind, of]) => [
    `${kind}_blks_${what}`,
    [
      "counter",
      `Blocks of ${of} that were ${what === "hit" ? "found in the buffer cache" : "read"}.`,
      `${kind}_blocks_${what}`,
    ],
  ]);
};

/** Blocks of those tables that were read. */
export const statIoUserTables: PresetPart = viewPart({
  name: "statio_user_tables",
  prefix: "pg_statio_user_tables",
  labels,
  sql: "SELECT current_database() AS datname, * FROM pg_statio_user_tables",
  columns: Object.fromEntries([...blocks("read"), ...blocks("hit")]),
});
