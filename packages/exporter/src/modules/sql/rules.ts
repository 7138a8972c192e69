import type { RuleSet } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const shop = { instance: "a:9999", job: "exporterkit", target: "shop" };
const stock = { ...shop, target: "stock" };
// Who is probed has no label target.
const probed = { instance: "visits", job: "exporterkit-sql" };
const name = "{{ or $labels.target $labels.instance }}";

/** What somebody should be told of databases and of what they are asked, whatever their kind. */
export const sqlRules: RuleSet = {
  name: "sql",
  groups: [
    {
      name: "exporterkit-sql",
      rules: [
        {
          alert: "SqlDown",
          expr: "sql_up == 0",
          for: "5m",
          severity: "critical",
          summary: `The database ${name} does not answer`,
          description: "The job {{ $labels.job }} has had no answer of it for 5 minutes.",
          runbook: "The exporter's log says why: nothing listens, the user or password is refused, or time ran out.",
        },
        {
          alert: "SqlQueryFails",
          expr: "sql_query_success == 0\nunless ignoring (query) sql_up == 0",
          for: "15m",
          severity: "warning",
          summary: `The query {{ $labels.query }} of ${name} fails`,
          description:
            "The database answers, but {{ $labels.query }} has failed for 15 minutes, and its metrics are missing.",
          runbook:
            "The exporter's log says why, once: a right or a table that is missing, its timeout, or too many rows.",
        },
        {
          alert: "SqlQuerySlow",
          // A query that has an interval takes no time in most scrapes.
          expr: "max_over_time(sql_query_duration_seconds[15m]) > 5",
          for: "30m",
          severity: "warning",
          summary: `The query {{ $labels.query }} is a burden to ${name}`,
          description: "It takes up to {{ $value | humanizeDuration }}.",
          runbook: "See its plan with EXPLAIN; give it an index or an interval, or ask a replica.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "a database that is down, whose queries are not told of as well",
      series: {
        [series("sql_up", shop)]: "1x10 0x30",
        [series("sql_up", stock)]: "1x40",
        [series("sql_up", probed)]: "0x40",
        [series("sql_query_success", { ...shop, query: "orders" })]: "1x10 0x30",
        [series("sql_query_success", { ...stock, query: "orders" })]: "1x40",
      },
      alerts: [
        { alert: "SqlDown", at: "4m", firing: [] },
        { alert: "SqlDown", at: "10m", firing: [{ labels: probed }] },
        { alert: "SqlDown", at: "20m", firing: [{ labels: shop }, { labels: probed }] },
        { alert: "SqlQueryFails", at: "40m", firing: [] },
      ],
    },
    {
      name: "queries that fail or are slow, beside others",
      series: {
        [series("sql_up", shop)]: "1x60",
        [series("sql_query_success", { ...shop, query: "orders" })]: "0x60",
        [series("sql_query_success", { ...shop, query: "visits" })]: "1x20 0x5 1x35",
        [series("sql_query_duration_seconds", { ...shop, query: "orders" })]: "0.1x60",
        [series("sql_query_duration_seconds", { ...shop, query: "visits" })]: "8x1 0x8 8x1 0x8 8x1 0x8 8x1 0x8 8x1 0x8",
        [series("sql_query_duration_seconds", { ...stock, query: "visits" })]: "8x1 0x58",
      },
      alerts: [
        { alert: "SqlDown", at: "60m", firing: [] },
        { alert: "SqlQueryFails", at: "10m", firing: [] },
        { alert: "SqlQueryFails", at: "40m", firing: [{ labels: { ...shop, query: "orders" } }] },
        { alert: "SqlQuerySlow", at: "20m", firing: [] },
        { alert: "SqlQuerySlow", at: "40m", firing: [{ labels: { ...shop, query: "visits" }, value: "8s" }] },
      ],
    },
  ],
};
