import type { RuleSet } from "../../../rules/rule-set.ts";
import { postgresRuleTests } from "./rule-tests.ts";

const name = "{{ or $labels.target $labels.instance }}";

/** What is worth working out ahead of PostgreSQL, and what somebody should be told of. */
export const postgresRules: RuleSet = {
  name: "sql-postgres",
  groups: [
    {
      name: "exporterkit-sql-postgres",
      rules: [
        {
          record: "target:pg_connections_used:ratio",
          expr: "sum without (datname, state) (pg_stat_activity_count) / pg_settings_max_connections",
        },
        {
          record: "datname:pg_buffer_cache_hits:ratio_rate5m",
          expr: "rate(pg_stat_database_blks_hit[5m])\n/ (rate(pg_stat_database_blks_hit[5m]) + rate(pg_stat_database_blks_read[5m]) > 0)",
        },
        {
          alert: "PostgresDown",
          expr: "pg_up == 0",
          for: "5m",
          severity: "critical",
          summary: `PostgreSQL ${name} does not answer`,
          description: "The job {{ $labels.job }} has had no answer of it for 5 minutes.",
          runbook: "See whether the server runs, and its log; the exporter's log says what it was told.",
        },
        {
          alert: "PostgresConnectionsRunOut",
          expr: "target:pg_connections_used:ratio > 0.8",
          for: "5m",
          severity: "critical",
          summary: `PostgreSQL ${name} will soon refuse connections`,
          description: "{{ $value | humanizePercentage }} of max_connections are open.",
          runbook:
            "See who connects, in pg_stat_activity; make the pools of applications smaller, or put a pooler before it.",
        },
        {
          alert: "PostgresReplicaLags",
          expr: "pg_replication_lag_seconds > 60",
          for: "10m",
          severity: "warning",
          summary: `PostgreSQL ${name} is behind the server that it follows`,
          description: "It is {{ $value | humanizeDuration }} behind.",
          runbook: "See whether a long query here holds up the replay, or whether its disk or the network is too slow.",
        },
        {
          alert: "PostgresSlotKeepsLog",
          expr: "pg_replication_slots_pg_wal_lsn_diff > 8 * 1024 * 1024 * 1024",
          for: "15m",
          severity: "warning",
          summary: `The slot {{ $labels.slot_name }} of PostgreSQL ${name} fills its disk`,
          description: "{{ $value | humanize1024 }}B of the log are kept until who follows by that slot has read them.",
          runbook:
            "See why that server does not follow; drop the slot with pg_drop_replication_slot() if it never will.",
        },
        {
          alert: "PostgresArchivingFails",
          expr: "increase(pg_stat_archiver_failed_count[15m]) > 0",
          for: "15m",
          severity: "warning",
          summary: `PostgreSQL ${name} cannot archive its log`,
          description:
            "About {{ $value | humanize }} attempts of the last 15 minutes failed; backups get old, and the disk fills.",
          runbook: "The server's log has what archive_command said.",
        },
        {
          alert: "PostgresIdleInTransaction",
          expr: 'max without (state) (pg_stat_activity_max_tx_duration{state=~"idle in transaction.*"}) > 900',
          for: "5m",
          severity: "warning",
          summary: `A transaction in {{ $labels.datname }} of PostgreSQL ${name} was left open`,
          description:
            "For {{ $value | humanizeDuration }} it has held its locks, and kept dead rows from being removed, without a statement.",
          runbook:
            "Find it in pg_stat_activity, and end it with pg_terminate_backend(); set idle_in_transaction_session_timeout.",
        },
        {
          alert: "PostgresDeadlocks",
          expr: "increase(pg_stat_database_deadlocks[15m]) > 10",
          for: "15m",
          severity: "warning",
          summary: `Transactions in {{ $labels.datname }} of PostgreSQL ${name} are often rolled back by deadlocks`,
          description: "There were about {{ $value | humanize }} deadlocks in the last 15 minutes.",
          runbook: "The server's log has the statements; have the transactions take their rows in the same order.",
        },
        {
          alert: "PostgresDeadRows",
          expr: "pg_stat_user_tables_n_dead_tup / (pg_stat_user_tables_n_live_tup + pg_stat_user_tables_n_dead_tup) > 0.4\nand pg_stat_user_tables_n_dead_tup > 100000",
          for: "1h",
          severity: "warning",
          summary: `The table {{ $labels.schemaname }}.{{ $labels.relname }} of PostgreSQL ${name} is not vacuumed`,
          description: "{{ $value | humanizePercentage }} of the rows of the table are dead.",
          runbook:
            "See whether a transaction was left open, then whether autovacuum is on and ever done; VACUUM it by hand.",
        },
      ],
    },
  ],
  tests: postgresRuleTests,
};
