import { describe, expect, it } from "vitest";
import { Families } from "./families.ts";
import { statusValue } from "./mysql/status-value.ts";
import type { PresetPart } from "./preset.ts";
import { presets } from "./presets.ts";
import { type Column, type Result, rowsOf, type Value } from "./result.ts";
import type { Server } from "./session.ts";

const partOf = (preset: keyof typeof presets, name: string): PresetPart =>
  presets[preset].parts.find((part) => part.name === name)!;

const resultOf = (columns: readonly (string | Column)[], ...rows: Value[][]): Result => ({
  columns: columns.map((column) => (typeof column === "string" ? { name: column, kind: "text" } : column)),
  rows,
});

/** What a part makes of the answers of a server, by name and labels, and what it asks. */
async function collect(
  part: PresetPart,
  server: Partial<Server>,
  answer: (sql: string) => Result,
): Promise<{ asked: string[]; made: Record<string, unknown> }> {
  const families = new Families();
  const asked: string[] = [];
  const result = async (sql: string): Promise<Result> => {
    asked.push(sql.replaceAll(/\s+/g, " "));
    return answer(sql);
  };
  await part.collect({
    server: { version: "1", isMariaDb: false, release: 100, ...server },
    address: "db:1",
    families,
    result,
    rows: async (sql) => rowsOf(await result(sql)),
  });
  const made = families.all.flatMap(({ name, labelNames, series }) =>
    Array.from(series.values(), ({ labels, value }) => {
      const pairs = labelNames.map((label, i) => `${label}=${labels[i]}`);
      return [pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`, value] as const;
    }),
  );
  return { asked, made: Object.fromEntries(made) };
}

describe("the preset mysql", () => {
  it.each<[string, number | undefined]>([
    ["ON", 1],
    ["Yes", 1],
    ["OFF", 0],
    ["Connecting", 0],
    ["Primary", 1],
    ["non-Primary", 0],
    ["1.5", 1.5],
    ["binlog.000012", undefined],
    ["", undefined],
    ["Jan  2 15:04:05 2027 GMT", Date.UTC(2027, 0, 2, 15, 4, 5) / 1000],
    ["2024-02-29 12:00:00", 1_709_208_000],
  ])("takes the status %j for %d", (text, value) => {
    expect(statusValue(text)).toBe(value);
  });

  it("tells of Galera, where there is one", async () => {
    const status = resultOf(
      ["Variable_name", "Value"],
      ["wsrep_local_state_uuid", "u"],
      ["wsrep_cluster_state_uuid", "c"],
      ["wsrep_provider_version", "26.4.14(r0)"],
      ["wsrep_cluster_status", "Primary"],
      ["wsrep_evs_repl_latency", "0.1/0.2/0.3/0.05/7"],
    );
    const { made } = await collect(partOf("mysql", "collect.global_status"), {}, () => status);
    expect(made).toEqual({
      mysql_global_status_wsrep_cluster_status: 1,
      "mysql_galera_status_info{wsrep_local_state_uuid=u,wsrep_cluster_state_uuid=c,wsrep_provider_version=26.4.14(r0)}": 1,
      mysql_galera_evs_repl_latency_min_seconds: 0.1,
      mysql_galera_evs_repl_latency_avg_seconds: 0.2,
      mysql_galera_evs_repl_latency_max_seconds: 0.3,
      mysql_galera_evs_repl_latency_stdev: 0.05,
      mysql_galera_evs_repl_latency_sample_size: 7,
    });
    const variables = resultOf(
      ["Variable_name", "Value"],
      ["version", "8.4.1"],
      ["transaction_isolation", "REPEATABLE-READ"],
      ["wsrep_provider_options", "base_dir = /; gcache.size = 128M; x = 1;"],
    );
    expect((await collect(partOf("mysql", "collect.global_variables"), {}, () => variables)).made).toEqual({
      "mysql_version_info{innodb_version=,version=8.4.1,version_comment=}": 1,
      "mysql_transaction_isolation{level=REPEATABLE-READ}": 1,
      mysql_galera_gcache_size_bytes: 134_217_728,
    });
  });

  it.each([
    [
      { isMariaDb: true, release: 1011 },
      "SHOW ALL SLAVES STATUS",
      ["Connection_name", "Master_Host", "Slave_IO_Running"],
      "slave_io_running",
      "connection_name=c,master_host=h",
    ],
    [
      { release: 800 },
      "SHOW SLAVE STATUS",
      ["Channel_Name", "Master_Host", "Slave_IO_Running"],
      "slave_io_running",
      "channel_name=c,connection_name=,master_host=h",
    ],
    [
      { release: 804 },
      "SHOW REPLICA STATUS",
      ["Channel_Name", "Source_Host", "Replica_IO_Running"],
      "replica_io_running",
      "channel_name=c,connection_name=,master_host=h",
    ],
  ])("asks %j for its replication by %s", async (server, statement, columns, name, labels) => {
    const { asked, made } = await collect(partOf("mysql", "collect.slave_status"), server, () =>
      resultOf(columns, ["c", "h", "Yes"]),
    );
    expect(asked).toEqual([statement]);
    expect(Object.entries(made)).toMatchObject([
      [expect.stringMatching(`^mysql_slave_status_${name}\\{.*${labels},`), 1],
    ]);
  });
});

describe("the preset postgres", () => {
  const count = (name: string): Column => ({ name, kind: "number" });

  it("has the names of before 17 for checkpoints whatever the version", async () => {
    const names = ["checkpoints_timed", "buffers_clean"].map(count);
    for (const [release, view] of [
      [1600, "FROM pg_stat_bgwriter"],
      [1700, "FROM pg_stat_bgwriter w CROSS JOIN pg_stat_checkpointer c"],
    ] as const) {
      const { asked, made } = await collect(partOf("postgres", "bgwriter"), { release }, () =>
        resultOf(names, ["3", "4"]),
      );
      expect(asked[0]).toContain(view);
      expect(made).toEqual({
        "pg_stat_bgwriter_checkpoints_timed_total{server=db:1}": 3,
        "pg_stat_bgwriter_buffers_clean_total{server=db:1}": 4,
      });
    }
    expect(partOf("postgres", "stat_checkpointer").suits!({ version: "16", isMariaDb: false, release: 1600 })).toBe(
      false,
    );
  });

  it("takes columns that it does not know, and none that are NULL", async () => {
    const columns = [
      "datid",
      "datname",
      count("xact_commit"),
      count("of_the_future"),
      { name: "stats_reset", kind: "time" } as const,
    ];
    const { asked, made } = await collect(partOf("postgres", "stat_database"), { release: 1300 }, () =>
      resultOf(columns, ["5", "shop", "10", "7", null], ["6", null, "1", null, "2024-02-29 12:00:00+00"]),
    );
    expect(asked).toEqual(["SELECT * FROM pg_stat_database"]);
    expect(made).toEqual({
      "pg_stat_database_xact_commit{datid=5,datname=shop,server=db:1}": 10,
      "pg_stat_database_of_the_future{datid=5,datname=shop,server=db:1}": 7,
      "pg_stat_database_xact_commit{datid=6,datname=,server=db:1}": 1,
      "pg_stat_database_stats_reset{datid=6,datname=,server=db:1}": 1_709_208_000,
    });
  });

  it("has settings in base units", async () => {
    const rows = resultOf(
      ["name", "unit", "short_desc", "vartype", "setting"],
      ["fsync", null, "Syncs.", "bool", "on"],
      ["shared_buffers", "8kB", "Buffers.", "integer", "16384"],
      ["checkpoint_timeout", "min", "Time.", "integer", "5"],
      ["log_min_duration_statement", "ms", "Slow.", "integer", "-1"],
      ["pg_stat_statements.max", null, "Most.", "integer", "5000"],
      ["wal_segment_size", "B", "Size.", "integer", "16777216"],
      ["seq_page_cost", null, "Cost.", "real", "1.5"],
    );
    const { made } = await collect(partOf("postgres", "settings"), {}, () => rows);
    expect(made).toEqual({
      "pg_settings_fsync{server=db:1}": 1,
      "pg_settings_shared_buffers_bytes{server=db:1}": 134_217_728,
      "pg_settings_checkpoint_timeout_seconds{server=db:1}": 300,
      "pg_settings_log_min_duration_statement_seconds{server=db:1}": -1,
      "pg_settings_pg_stat_statements_max{server=db:1}": 5000,
      "pg_settings_wal_segment_size_bytes{server=db:1}": 16_777_216,
      "pg_settings_seq_page_cost{server=db:1}": 1.5,
    });
  });
});
