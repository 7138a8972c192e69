import type { RuleSet } from "../../../rules/rule-set.ts";
import { series } from "../../../rules/series.ts";

const shop = { instance: "a:9999", job: "exporterkit", target: "shop" };
const stock = { ...shop, target: "stock" };
/** A probe, which has no label of the target. */
const probed = { instance: "orders", job: "exporterkit-postgres" };
const onServer = { ...shop, server: "db:5432" };
const database = { ...onServer, datid: "5", datname: "shop" };
const other = { ...onServer, datid: "6", datname: "spare" };
const activity = (datname: string, state: string): Readonly<Record<string, string>> => ({
  ...onServer,
  datname,
  state,
});
const table = { ...shop, datname: "shop", schemaname: "public", relname: "orders" };
const small = { ...table, relname: "settings" };

/** The stories of PostgreSQL that its rules are tested by. */
export const postgresRuleTests: RuleSet["tests"] = [
  {
    name: "a server that is down, and replicas that are late, for long or for short",
    series: {
      [series("pg_up", shop)]: "1x40",
      [series("pg_up", probed)]: "1x10 0x30",
      [series("pg_replication_lag_seconds", shop)]: "0x40",
      [series("pg_replication_lag_seconds", probed)]: "0x5 300x35",
      [series("pg_replication_lag_seconds", stock)]: "0x10 300x5 0x25",
    },
    alerts: [
      { alert: "PostgresDown", at: "10m", firing: [] },
      { alert: "PostgresDown", at: "20m", firing: [{ labels: probed }] },
      { alert: "PostgresReplicaLags", at: "10m", firing: [] },
      { alert: "PostgresReplicaLags", at: "30m", firing: [{ labels: probed, value: "5m 0s" }] },
    ],
  },
  {
    name: "a server that is busy",
    series: {
      [series("pg_stat_activity_count", activity("shop", "active"))]: "50x60",
      [series("pg_stat_activity_count", activity("shop", "idle"))]: "30x60",
      [series("pg_stat_activity_count", activity("spare", "idle"))]: "5x60",
      [series("pg_settings_max_connections", onServer)]: "100x60",
      [series("pg_stat_activity_count", { ...activity("shop", "idle"), target: "stock" })]: "30x60",
      [series("pg_settings_max_connections", { ...onServer, target: "stock" })]: "100x60",
      [series("pg_stat_activity_max_tx_duration", activity("shop", "active"))]: "5000x60",
      [series("pg_stat_activity_max_tx_duration", activity("shop", "idle in transaction"))]: "0x20 600+60x40",
      [series("pg_stat_activity_max_tx_duration", activity("spare", "idle in transaction"))]: "10x60",
      [series("pg_stat_database_blks_hit", database)]: "0+570x60",
      [series("pg_stat_database_blks_read", database)]: "0+30x60",
      [series("pg_stat_database_blks_hit", other)]: "7x60",
      [series("pg_stat_database_blks_read", other)]: "7x60",
      [series("pg_stat_database_deadlocks", database)]: "0+2x60",
      [series("pg_stat_database_deadlocks", other)]: "0x30 1x30",
    },
    alerts: [
      { alert: "PostgresConnectionsRunOut", at: "2m", firing: [] },
      { alert: "PostgresConnectionsRunOut", at: "10m", firing: [{ labels: onServer, value: "85%" }] },
      { alert: "PostgresIdleInTransaction", at: "26m", firing: [] },
      {
        alert: "PostgresIdleInTransaction",
        at: "41m",
        firing: [{ labels: { ...onServer, datname: "shop" }, value: "30m 0s" }],
      },
      { alert: "PostgresDeadlocks", at: "15m", firing: [] },
      { alert: "PostgresDeadlocks", at: "60m", firing: [{ labels: database, value: "30" }] },
    ],
    values: [
      {
        expr: "target:pg_connections_used:ratio",
        at: "30m",
        samples: {
          [series("target:pg_connections_used:ratio", onServer)]: 0.85,
          [series("target:pg_connections_used:ratio", { ...onServer, target: "stock" })]: 0.3,
        },
      },
      {
        expr: "datname:pg_buffer_cache_hits:ratio_rate5m",
        at: "30m",
        samples: { [series("datname:pg_buffer_cache_hits:ratio_rate5m", database)]: 0.95 },
      },
    ],
  },
  {
    name: "a server whose disk will fill, and tables with dead rows",
    series: {
      [series("pg_replication_slots_pg_wal_lsn_diff", { ...onServer, slot_name: "gone" })]: "0x10 17179869184x110",
      [series("pg_replication_slots_pg_wal_lsn_diff", { ...onServer, slot_name: "standby" })]: "1048576x120",
      [series("pg_stat_archiver_failed_count", onServer)]: "0+3x120",
      [series("pg_stat_archiver_failed_count", { ...onServer, target: "stock" })]: "4x120",
      [series("pg_stat_user_tables_n_dead_tup", table)]: "500000x120",
      [series("pg_stat_user_tables_n_live_tup", table)]: "500000x120",
      [series("pg_stat_user_tables_n_dead_tup", small)]: "500x120",
      [series("pg_stat_user_tables_n_live_tup", small)]: "5x120",
    },
    alerts: [
      { alert: "PostgresSlotKeepsLog", at: "20m", firing: [] },
      {
        alert: "PostgresSlotKeepsLog",
        at: "40m",
        firing: [{ labels: { ...onServer, slot_name: "gone" }, value: "16Gi" }],
      },
      { alert: "PostgresArchivingFails", at: "15m", firing: [] },
      { alert: "PostgresArchivingFails", at: "40m", firing: [{ labels: onServer, value: "45" }] },
      { alert: "PostgresDeadRows", at: "30m", firing: [] },
      { alert: "PostgresDeadRows", at: "90m", firing: [{ labels: table, value: "50%" }] },
    ],
  },
];
