import type { Dashboard } from "../../module.ts";
import { chosen, dashboardOf, type Panel, type PanelQuery } from "./grafana.ts";

const perSecond = (metric: string, more = ""): string =>
  `rate(${metric}${chosen.replace("}", more === "" ? "}" : `,${more}}`)}[$__rate_interval])`;

function lines(title: string, unit: string, ...queries: readonly PanelQuery[]): Panel {
  return { title, unit, queries };
}

const queries = dashboardOf({
  name: "sql",
  title: "Databases",
  targetsOf: "sql_up",
  panels: [
    { title: "Up", unit: "bool_on_off", kind: "stat", queries: [[`sql_up${chosen}`, "{{target}}"]] },
    lines("Queries that fail", "short", [
      `sum by (target, query) (1 - sql_query_success${chosen}) > 0`,
      "{{target}} {{query}}",
    ]),
    lines("How long queries take", "s", [`sql_query_duration_seconds${chosen}`, "{{target}} {{query}}"]),
    lines("How old results are", "s", [`sql_query_age_seconds${chosen}`, "{{target}} {{query}}"]),
  ],
});

const mysqlStatus = (name: string): string => `mysql_global_status_${name}`;

const mysql = dashboardOf({
  name: "sql-mysql",
  title: "MySQL and MariaDB",
  targetsOf: "mysql_up",
  panels: [
    { title: "Up", unit: "bool_on_off", kind: "stat", queries: [[`mysql_up${chosen}`, "{{target}}"]] },
    { title: "Uptime", unit: "s", kind: "stat", queries: [[`${mysqlStatus("uptime")}${chosen}`, "{{target}}"]] },
    lines("Queries", "ops", [perSecond(mysqlStatus("queries")), "{{target}}"]),
    lines("Statements", "ops", [`topk(10, ${perSecond(mysqlStatus("commands_total"))})`, "{{target}} {{command}}"]),
    lines(
      "Connections",
      "short",
      [`${mysqlStatus("threads_connected")}${chosen}`, "{{target}} open"],
      [`mysql_global_variables_max_connections${chosen}`, "{{target}} at most"],
    ),
    lines("Threads that run", "short", [`${mysqlStatus("threads_running")}${chosen}`, "{{target}}"]),
    lines(
      "Connections that failed",
      "ops",
      [perSecond(mysqlStatus("aborted_connects")), "{{target}} not made"],
      [perSecond(mysqlStatus("aborted_clients")), "{{target}} cut off"],
    ),
    lines(
      "Network",
      "Bps",
      [perSecond(mysqlStatus("bytes_received")), "{{target}} received"],
      [perSecond(mysqlStatus("bytes_sent")), "{{target}} sent"],
    ),
    lines("Pages of InnoDB's buffer pool", "short", [
      `${mysqlStatus("buffer_pool_pages")}${chosen}`,
      "{{target}} {{state}}",
    ]),
    lines("Reads of InnoDB that missed the buffer pool", "percentunit", [
      `${perSecond(mysqlStatus("innodb_buffer_pool_reads"))} / ${perSecond(mysqlStatus("innodb_buffer_pool_read_requests"))}`,
      "{{target}}",
    ]),
    lines("Slow queries", "ops", [perSecond(mysqlStatus("slow_queries")), "{{target}}"]),
    lines(
      "Temporary tables",
      "ops",
      [perSecond(mysqlStatus("created_tmp_tables")), "{{target}} all"],
      [perSecond(mysqlStatus("created_tmp_disk_tables")), "{{target}} on disk"],
    ),
  ],
});

const ofDatabases = 'datname!~"template.*|"';
const databases = chosen.replace("}", `,${ofDatabases}}`);

const postgres = dashboardOf({
  name: "sql-postgres",
  title: "PostgreSQL",
  targetsOf: "pg_up",
  panels: [
    { title: "Up", unit: "bool_on_off", kind: "stat", queries: [[`pg_up${chosen}`, "{{target}}"]] },
    {
      title: "Size",
      unit: "bytes",
      kind: "stat",
      queries: [[`pg_database_size_bytes${databases}`, "{{target}} {{datname}}"]],
    },
    lines(
      "Transactions",
      "ops",
      [perSecond("pg_stat_database_xact_commit", ofDatabases), "{{target}} {{datname}} committed"],
      [perSecond("pg_stat_database_xact_rollback", ofDatabases), "{{target}} {{datname}} rolled back"],
    ),
    lines(
      "Connections",
      "short",
      [`sum by (target, state) (pg_stat_activity_count${chosen})`, "{{target}} {{state}}"],
      [`pg_settings_max_connections${chosen}`, "{{target}} at most"],
    ),
    lines("Longest transaction", "s", [
      `max by (target, state) (pg_stat_activity_max_tx_duration${chosen})`,
      "{{target}} {{state}}",
    ]),
    lines("Locks", "short", [`sum by (target, mode) (pg_locks_count${chosen}) > 0`, "{{target}} {{mode}}"]),
    lines(
      "Rows",
      "ops",
      ...["fetched", "inserted", "updated", "deleted"].map(
        (what) => [`sum by (target) (${perSecond(`pg_stat_database_tup_${what}`)})`, `{{target}} ${what}`] as const,
      ),
    ),
    lines("Blocks found in the buffer cache", "percentunit", [
      `sum by (target) (${perSecond("pg_stat_database_blks_hit")}) / sum by (target) (${perSecond("pg_stat_database_blks_hit")} + ${perSecond("pg_stat_database_blks_read")})`,
      "{{target}}",
    ]),
    lines(
      "Checkpoints",
      "ops",
      [perSecond("pg_stat_bgwriter_checkpoints_timed_total"), "{{target}} due"],
      [perSecond("pg_stat_bgwriter_checkpoints_req_total"), "{{target}} asked for"],
    ),
    lines(
      "Deadlocks and conflicts",
      "ops",
      [`sum by (target) (${perSecond("pg_stat_database_deadlocks")})`, "{{target}} deadlocks"],
      [`sum by (target) (${perSecond("pg_stat_database_conflicts")})`, "{{target}} conflicts"],
    ),
    lines("Dead rows", "short", [
      `topk(10, pg_stat_user_tables_n_dead_tup${chosen})`,
      "{{target}} {{schemaname}}.{{relname}}",
    ]),
    lines("Behind the server that is followed", "s", [`pg_replication_lag_seconds${chosen}`, "{{target}}"]),
  ],
});

/** Dashboards of what queries and presets tell. */
export const sqlDashboards: readonly Dashboard[] = [queries, mysql, postgres];
