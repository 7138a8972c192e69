import type { SummaryPlot } from "../../page/summary.ts";

/** What the live page shows of databases on top. */
export const sqlSummary: readonly SummaryPlot[] = [
  { title: "Databases: up", unit: "ratio", lines: [{ metric: "sql_up", combine: "average", label: "of them" }] },
  {
    title: "Queries that succeed",
    unit: "ratio",
    lines: [{ metric: "sql_query_success", combine: "average", label: "of them" }],
  },
  {
    title: "Time of queries",
    unit: "seconds",
    lines: [
      { metric: "sql_query_duration_seconds", combine: "max", label: "slowest" },
      { metric: "sql_query_duration_seconds", label: "all together" },
    ],
  },
  { title: "MySQL connections", lines: [{ metric: "mysql_global_status_threads_connected", label: "open" }] },
  {
    title: "MySQL statements",
    lines: ["select", "insert", "update", "delete"].map((command) => ({
      metric: "mysql_global_status_commands_total",
      where: { command },
      label: command,
    })),
  },
  { title: "PostgreSQL connections", lines: [{ metric: "pg_stat_activity_count", label: "open" }] },
  {
    title: "PostgreSQL rows",
    lines: ["fetched", "inserted", "updated", "deleted"].map((operation) => ({
      metric: `pg_stat_database_tup_${operation}`,
      label: operation,
    })),
  },
];
