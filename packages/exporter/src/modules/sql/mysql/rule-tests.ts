import type { RuleSet } from "../../../rules/rule-set.ts";
import { series } from "../../../rules/series.ts";

const shop = { instance: "a:9999", job: "exporterkit", target: "shop" };
const stock = { ...shop, target: "stock" };
/** A probe, which has no label of the target. */
const probed = { instance: "orders", job: "exporterkit-mysql" };
const channel = { master_host: "main" };
const status = (name: string, labels: Readonly<Record<string, string>>): string =>
  series(`mysql_global_status_${name}`, labels);
const slave = (name: string, labels: Readonly<Record<string, string>>): string =>
  series(`mysql_slave_status_${name}`, { ...labels, ...channel });

/** The stories of MySQL that its rules are tested by. */
export const mysqlRuleTests: RuleSet["tests"] = [
  {
    name: "servers that are down, that have restarted, and that go on",
    series: {
      [series("mysql_up", shop)]: "1x10 0x30",
      [series("mysql_up", stock)]: "1x40",
      [series("mysql_up", probed)]: "1x10 0x30",
      [status("uptime", shop)]: "1000+60x10",
      [status("uptime", stock)]: "1000+60x20 5+60x19",
      [status("uptime", probed)]: "0+60x10",
    },
    alerts: [
      { alert: "MysqlDown", at: "10m", firing: [] },
      { alert: "MysqlDown", at: "20m", firing: [{ labels: shop }, { labels: probed }] },
      { alert: "MysqlRestarted", at: "20m", firing: [] },
      { alert: "MysqlRestarted", at: "25m", firing: [{ labels: stock, value: "1" }] },
      { alert: "MysqlRestarted", at: "40m", firing: [] },
    ],
  },
  {
    name: "a server that is busy, and one that is not",
    series: {
      [status("threads_connected", shop)]: "90x60",
      [status("threads_connected", stock)]: "20x60",
      [series("mysql_global_variables_max_connections", shop)]: "100x60",
      [series("mysql_global_variables_max_connections", stock)]: "100x60",
      [status("innodb_buffer_pool_reads", shop)]: "0+6x60",
      [status("innodb_buffer_pool_read_requests", shop)]: "0+600x60",
      [status("innodb_buffer_pool_reads", stock)]: "7x60",
      [status("innodb_buffer_pool_read_requests", stock)]: "7x60",
      [status("slow_queries", shop)]: "0+60x60",
      [status("queries", shop)]: "0+600x60",
      [status("slow_queries", stock)]: "0+6x60",
      [status("queries", stock)]: "0+600x60",
      [status("innodb_row_lock_time", shop)]: "0+600000x60",
      [status("innodb_row_lock_time", stock)]: "0+60000x60",
      [status("innodb_deadlocks", shop)]: "0+2x60",
      [status("innodb_deadlocks", stock)]: "0x30 1x30",
    },
    alerts: [
      { alert: "MysqlConnectionsRunOut", at: "2m", firing: [] },
      { alert: "MysqlConnectionsRunOut", at: "10m", firing: [{ labels: shop, value: "90%" }] },
      { alert: "MysqlSlowQueries", at: "10m", firing: [] },
      { alert: "MysqlSlowQueries", at: "30m", firing: [{ labels: shop, value: "10%" }] },
      { alert: "MysqlRowLockWaits", at: "10m", firing: [] },
      { alert: "MysqlRowLockWaits", at: "30m", firing: [{ labels: shop, value: "10" }] },
      { alert: "MysqlDeadlocks", at: "15m", firing: [] },
      { alert: "MysqlDeadlocks", at: "60m", firing: [{ labels: shop, value: "30" }] },
    ],
    values: [
      {
        expr: "target:mysql_connections_used:ratio",
        at: "30m",
        samples: {
          [series("target:mysql_connections_used:ratio", shop)]: 0.9,
          [series("target:mysql_connections_used:ratio", stock)]: 0.2,
        },
      },
      {
        expr: "target:mysql_buffer_pool_hits:ratio_rate5m",
        at: "30m",
        samples: { [series("target:mysql_buffer_pool_hits:ratio_rate5m", shop)]: 0.99 },
      },
    ],
  },
  {
    name: "replicas, in the words of either version, that have stopped, that are late, and that are well",
    series: {
      [slave("slave_io_running", shop)]: "1x40",
      [slave("slave_sql_running", shop)]: "1x10 0x30",
      [slave("replica_io_running", probed)]: "0x40",
      [slave("replica_sql_running", probed)]: "0x40",
      [slave("slave_io_running", stock)]: "1x40",
      [slave("slave_sql_running", stock)]: "1x40",
      [slave("seconds_behind_master", stock)]: "0x10 300x30",
      [slave("seconds_behind_master", { ...stock, target: "spare" })]: "0x10 300x5 0x25",
      [slave("seconds_behind_source", { ...probed, instance: "parts" })]: "120x40",
    },
    alerts: [
      { alert: "MysqlReplicationStopped", at: "10m", firing: [{ labels: { ...probed, ...channel } }] },
      {
        alert: "MysqlReplicationStopped",
        at: "20m",
        firing: [{ labels: { ...shop, ...channel } }, { labels: { ...probed, ...channel } }],
      },
      { alert: "MysqlReplicationStopped", at: "4m", firing: [] },
      { alert: "MysqlReplicationLags", at: "9m", firing: [] },
      {
        alert: "MysqlReplicationLags",
        at: "30m",
        firing: [
          { labels: { ...stock, ...channel }, value: "5m 0s" },
          { labels: { ...probed, ...channel, instance: "parts" }, value: "2m 0s" },
        ],
      },
    ],
  },
];
