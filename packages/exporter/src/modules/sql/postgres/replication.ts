import type { PresetPart } from "../preset.ts";
import type { Server } from "../session.ts";
import { viewPart } from "./view-part.ts";

const since10 = ({ release }: Server): boolean => release >= 1000;

/** The servers that follow this one. */
export const statReplication: PresetPart = viewPart({
  name: "stat_replication",
  prefix: "pg_stat_replication",
  labels: ["application_name", "client_addr", "slot_name", "state"],
  hasServer: true,
  suits: since10,
  sql: ({
    release,
  }) => `SELECT r.application_name, r.client_addr, s.slot_name, r.state,${release >= 1200 ? " r.reply_time," : ""}
      CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') END AS pg_current_wal_lsn_bytes,
      CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) END AS pg_wal_lsn_diff
    FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid`,
  columns: {
    pg_current_wal_lsn_bytes: ["gauge", "Where the log is written, in bytes."],
    pg_wal_lsn_diff: ["gauge", "Bytes of the log that the other server has yet to replay."],
    reply_time: ["unknown", "When the other server last answered, in seconds since 1970."],
  },
});

/** What is kept for servers that follow, by the names of older versions of postgres_exporter. */
export const replicationSlots: PresetPart = viewPart({
  name: "replication_slots",
  prefix: "pg_replication_slots",
  labels: ["slot_name", "database"],
  hasServer: true,
  suits: since10,
  sql: `SELECT slot_name, database, active,
      CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) END AS pg_wal_lsn_diff
    FROM pg_replication_slots`,
  columns: {
    active: ["gauge", "Whether the slot is in use."],
    pg_wal_lsn_diff: ["gauge", "Bytes of the log that are kept for the slot."],
  },
});

/** The same by the names of newer ones. */
export const replicationSlot: PresetPart = viewPart({
  name: "replication_slot",
  prefix: "pg_replication_slot",
  labels: ["slot_name", "slot_type"],
  suits: since10,
  sql: ({ release }) => `SELECT slot_name, slot_type,
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END - '0/0' AS slot_current_wal_lsn,
      CASE WHEN active THEN coalesce(confirmed_flush_lsn, '0/0') - '0/0' END AS slot_confirmed_flush_lsn,
      active AS slot_is_active${release >= 1300 ? ", safe_wal_size AS safe_wal_size_bytes" : ""}
    FROM pg_replication_slots`,
  columns: {
    slot_current_wal_lsn: ["gauge", "Where the log is written, in bytes."],
    slot_confirmed_flush_lsn: ["gauge", "Up to where the log has been confirmed, in bytes."],
    slot_is_active: ["gauge", "Whether the slot is in use."],
    safe_wal_size_bytes: ["gauge", "Bytes that may be written until the slot may be lost."],
  },
});

/** How this server follows another. */
export const replication: PresetPart = viewPart({
  name: "replication",
  prefix: "pg_replication",
  suits: since10,
  sql: `SELECT
      CASE
        WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp()))
      END AS lag_seconds,
      pg_is_in_recovery() AS is_replica,
      greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) AS last_replay_seconds`,
  columns: {
    lag_seconds: ["gauge", "How far this server is behind the one that it follows."],
    is_replica: ["gauge", "Whether this server follows another."],
    last_replay_seconds: ["gauge", "Seconds since the last transaction that it replayed."],
  },
});
