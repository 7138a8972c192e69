import type { PresetPart } from "../preset.ts";
import { viewPart } from "./view-part.ts";

const states = [
  "active",
  "idle",
  "idle in transaction",
  "idle in transaction (aborted)",
  "fastpath function call",
  "disabled",
];

const modes = [
  "accesssharelock",
  "rowsharelock",
  "rowexclusivelock",
  "shareupdateexclusivelock",
  "sharelock",
  "sharerowexclusivelock",
  "exclusivelock",
  "accessexclusivelock",
  "sireadlock",
];

function values(texts: readonly string[]): string {
  return texts.map((text) => `('${text}')`).join(", ");
}

/** Connections by what they do. */
export const statActivity: PresetPart = viewPart({
  name: "stat_activity",
  prefix: "pg_stat_activity",
  labels: ["datname", "state"],
  hasServer: true,
  sql: `SELECT d.datname, s.state, coalesce(a.count, 0) AS count, coalesce(a.max_tx_duration, 0) AS max_tx_duration
    FROM (VALUES ${values(states)}) AS s (state) CROSS JOIN pg_database d
    LEFT JOIN (
      SELECT datname, state, count(*) AS count, max(extract(epoch FROM now() - xact_start)) AS max_tx_duration
      FROM pg_stat_activity GROUP BY datname, state
    ) AS a ON a.datname = d.datname AND a.state = s.state`,
  columns: {
    count: ["gauge", "Connections in this state."],
    max_tx_duration: ["gauge", "Seconds that the longest of their transactions has gone on."],
  },
});

/** Locks that are held or waited for. */
export const locks: PresetPart = viewPart({
  name: "locks",
  prefix: "pg_locks",
  labels: ["datname", "mode"],
  hasServer: true,
  sql: `SELECT d.datname, m.mode, coalesce(l.count, 0) AS count
    FROM (VALUES ${values(modes)}) AS m (mode) CROSS JOIN pg_database d
    LEFT JOIN (SELECT database, lower(mode) AS mode, count(*) AS count FROM pg_locks GROUP BY 1, 2) AS l
      ON l.database = d.oid AND l.mode = m.mode`,
  columns: { count: ["gauge", "Locks of this mode."] },
});
