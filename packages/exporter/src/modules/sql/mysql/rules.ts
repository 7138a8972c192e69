import type { RuleSet } from "../../../rules/rule-set.ts";
import { mysqlRuleTests } from "./rule-tests.ts";

// From 8.4 on MySQL has other words for it.
const threads = ["slave_io", "slave_sql", "replica_io", "replica_sql"];
const behind = ["master", "source"];
const name = "{{ or $labels.target $labels.instance }}";

/** What is worth working out ahead of MySQL and MariaDB, and what somebody should be told of. */
export const mysqlRules: RuleSet = {
  name: "sql-mysql",
  groups: [
    {
      name: "exporterkit-sql-mysql",
      rules: [
        {
          record: "target:mysql_connections_used:ratio",
          expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections",
        },
        {
          record: "target:mysql_buffer_pool_hits:ratio_rate5m",
          expr: "1 - rate(mysql_global_status_innodb_buffer_pool_reads[5m])\n/ (rate(mysql_global_status_innodb_buffer_pool_read_requests[5m]) > 0)",
        },
        {
          alert: "MysqlDown",
          expr: "mysql_up == 0",
          for: "5m",
          severity: "critical",
          summary: `MySQL ${name} does not answer`,
          description: "The job {{ $labels.job }} has had no answer of it for 5 minutes.",
          runbook: "See whether the server runs, and its log; the exporter's log says what it was told.",
        },
        {
          alert: "MysqlRestarted",
          expr: "resets(mysql_global_status_uptime[15m]) > 0",
          severity: "warning",
          summary: `MySQL ${name} has restarted`,
          description: "It has started {{ $value | humanize }} times in the last 15 minutes.",
          runbook: "If nobody meant it to, see the server's log, and whether the kernel killed it for lack of memory.",
        },
        {
          alert: "MysqlConnectionsRunOut",
          expr: "target:mysql_connections_used:ratio > 0.8",
          for: "5m",
          severity: "critical",
          summary: `MySQL ${name} will soon refuse connections`,
          description: "{{ $value | humanizePercentage }} of max_connections are open.",
          runbook:
            "See who connects, with SHOW PROCESSLIST; make the pools of applications smaller, or raise max_connections.",
        },
        {
          alert: "MysqlReplicationStopped",
          expr: threads.map((thread) => `mysql_slave_status_${thread}_running == 0`).join("\nor "),
          for: "5m",
          severity: "critical",
          summary: `MySQL ${name} does not follow {{ $labels.master_host }} any more`,
          description: "A thread of the replication has not run for 5 minutes, so that what is read here gets old.",
          runbook: "SHOW REPLICA STATUS has the error, as Last_IO_Error or Last_SQL_Error.",
        },
        {
          alert: "MysqlReplicationLags",
          expr: behind.map((whom) => `mysql_slave_status_seconds_behind_${whom} > 60`).join("\nor "),
          for: "10m",
          severity: "warning",
          summary: `MySQL ${name} is behind {{ $labels.master_host }}`,
          description: "It is {{ $value | humanizeDuration }} behind.",
          runbook:
            "See whether one long statement holds it up, with SHOW PROCESSLIST, or whether its disk is too slow.",
        },
        {
          alert: "MysqlSlowQueries",
          expr: "rate(mysql_global_status_slow_queries[5m])\n/ (rate(mysql_global_status_queries[5m]) > 0) > 0.05",
          for: "15m",
          severity: "warning",
          summary: `MySQL ${name} is slow`,
          description: "{{ $value | humanizePercentage }} of the queries take longer than long_query_time.",
          runbook: "See the slow query log, or sys.statement_analysis, for those that want an index.",
        },
        {
          alert: "MysqlRowLockWaits",
          // Milliseconds that are waited a second.
          expr: "rate(mysql_global_status_innodb_row_lock_time[5m]) / 1000 > 5",
          for: "10m",
          severity: "warning",
          summary: `Statements wait for each other in MySQL ${name}`,
          description: "At any time {{ $value | humanize }} of them wait for a row that another has locked.",
          runbook: "See who holds the locks, in sys.innodb_lock_waits, and end the transaction that was left open.",
        },
        {
          alert: "MysqlDeadlocks",
          expr: "increase(mysql_global_status_innodb_deadlocks[15m]) > 10",
          for: "15m",
          severity: "warning",
          summary: `Transactions of MySQL ${name} are often rolled back by deadlocks`,
          description: "There were about {{ $value | humanize }} deadlocks in the last 15 minutes.",
          runbook:
            "SHOW ENGINE INNODB STATUS has the last one; have the transactions take their rows in the same order.",
        },
      ],
    },
  ],
  tests: mysqlRuleTests,
};
