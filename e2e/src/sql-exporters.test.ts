import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParsedFamily, parse } from "@exporterkit/client/parse";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sqlSummary } from "../../packages/exporter/src/modules/sql/summary.ts";
import type { SummaryLine } from "../../packages/exporter/src/page/summary.ts";
import { type Child, exporterkit, start } from "./child.ts";
import { type Databases, hasDatabases, startDatabases } from "./databases.ts";
import { hasCommand } from "./debian-package.ts";
import { freePort } from "./free-port.ts";
import type { MariaDbServer } from "./mariadb-server.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const isThere = [
  hasDatabases(),
  hasCommand("prometheus-mysqld-exporter", "prometheus-mysqld-exporter"),
  hasCommand("prometheus-postgres-exporter", "prometheus-postgres-exporter"),
].every(Boolean);

type Families = Map<string, ParsedFamily>;

describe.skipIf(!isThere)(
  "the presets beside Debian's exporters (need their packages, mariadb-server and postgresql)",
  () => {
    let databases: Databases;
    let mariaDb: MariaDbServer;
    let postgres: PostgresServer;
    const exporters: Child[] = [];
    const theirs = { mysql: "", postgres: "" };
    let url: string;

    beforeAll(async () => {
      ({ mariaDb, postgres } = databases = await startDatabases());
      await mariaDb.sql(`CREATE DATABASE shop; CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO shop.t VALUES (), ();
      INSTALL SONAME 'query_response_time'; SET GLOBAL query_response_time_stats = ON; SELECT COUNT(*) FROM shop.t`);
      await postgres.sql("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT FROM generate_series(1, 10)");
      await postgres.sql("SELECT pg_create_physical_replication_slot('standby', true)");
      // They have a replica each, if only of themselves: what is asked of one that does not connect is told, too.
      await mariaDb.sql(
        "CHANGE MASTER 'other' TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'nobody'; START SLAVE 'other'",
      );
      const dsn = {
        mysql: `exporter:x@tcp(127.0.0.1:${mariaDb.port})/`,
        postgres: `postgres://exporter:x@127.0.0.1:${postgres.port}/postgres?sslmode=disable`,
      };
      await writeFile(
        join(databases.folder, "exporterkit.yml"),
        `
modules:
  sql:
    targets:
      - { name: maria, dsn: "mysql://exporter:x@127.0.0.1:${mariaDb.port}/", presets: [mysql], queries: [] }
      - { name: pg, dsn: "${dsn.postgres}", presets: [postgres], queries: [answer] }
    queries:
      - name: answer
        interval: 1m
        sql: SELECT 42 AS answer
        metrics: [{ name: test_answer, help: Answer., type: gauge, value: answer }]
`,
      );
      for (const [name, program] of [
        ["mysql", "prometheus-mysqld-exporter"],
        ["postgres", "prometheus-postgres-exporter"],
      ] as const) {
        const address = `127.0.0.1:${await freePort()}`;
        theirs[name] = `http://${address}/metrics`;
        const env = { ...process.env, DATA_SOURCE_NAME: dsn[name] };
        exporters.push(start(program, [`--web.listen-address=${address}`], { env }));
      }
      const ours = start(exporterkit, [
        `--config.file=${join(databases.folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      exporters.push(ours);
      url = (await ours.line(/ url=(\S+)/))[1]!;
      for (const each of Object.values(theirs)) {
        await vi.waitFor(async () => expect((await fetch(each)).status).toBe(200), { timeout: 10_000 });
      }
    });
    afterAll(async () => {
      await Promise.all(exporters.map((exporter) => exporter.stop()));
      await databases?.stop();
    });

    async function read(address: string): Promise<Families> {
      const response = await fetch(address, { headers: { accept: "text/plain;version=0.0.4" } });
      const families = parse(await response.text(), response.headers.get("content-type")!);
      return new Map(families.map((family) => [family.name, family]));
    }

    it.each([
      ["mysql", "maria"],
      ["postgres", "pg"],
    ] as const)(
      "%s has the families, types, labels and values, and of others those of newer versions",
      async (preset, target) => {
        const ours = `${url}probe?module=${preset}&target=${target}`;
        // What is asked for the first time changes more than what is asked again.
        await Promise.all([read(ours), read(theirs[preset])]);
        const [before, expected, after] = [await read(ours), await read(theirs[preset]), await read(ours)];
        const typesOf = (families: Families): Record<string, string> =>
          Object.fromEntries(Array.from(families.values(), ({ name, type }) => [name, type]));
        const wanted = typesOf(new Map([...expected].filter(([name]) => !ofExporter.test(name) && !missing.has(name))));
        const found = typesOf(new Map([...after].filter(([name]) => !ofOurs.test(name) && !newer.test(name))));
        expect(found).toEqual(wanted);
        for (const name of Object.keys(wanted)) {
          const [earlier, later] = [valuesOf(before.get(name)!), valuesOf(after.get(name)!)];
          for (const [key, value] of valuesOf(expected.get(name)!)) {
            if (Number.isNaN(value) || key.includes('"connection"')) continue;
            const range = [earlier.get(key)!, later.get(key)!];
            const isFixed = /^mysql_global_variables|^pg_settings/.test(name);
            const slack = isFixed ? Math.abs(value) * 1e-9 : Math.max(Math.abs(value) * 0.1, 10);
            const message = `${key}: ${value} beside ${range.join(" and ")}`;
            if (key.startsWith("pg_settings_extra_float_digits")) continue;
            expect(Math.min(...range) - slack, message).toBeLessThanOrEqual(value);
            expect(Math.max(...range) + slack, message).toBeGreaterThanOrEqual(value);
          }
          // Series that ours has and theirs has not.
          if (!/collector_success|collector_duration/.test(name)) {
            expect([...later.keys()].filter((key) => !valuesOf(expected.get(name)!).has(key))).toEqual([]);
          }
        }
        expect(after.get(preset === "mysql" ? "mysql_up" : "pg_up")!.samples[0]!.value).toBe(1);
        const failed = after.get("sql_query_success")!.samples.filter(({ value }) => value !== 1);
        expect(failed).toEqual([]);
      },
    );

    it("wait for no table that somebody has locked, and tell all but its size", async () => {
      const settings = [
        "-X",
        "-q",
        "-h",
        postgres.folder,
        "-p",
        String(postgres.port),
        "-U",
        "postgres",
        "-d",
        "postgres",
      ];
      const commands = [
        "BEGIN",
        "CREATE INDEX ON t (id)",
        "LOCK TABLE t",
        "SELECT 'it is locked'",
        "SELECT pg_sleep(60)",
      ];
      const locking = start("psql", [...settings, ...commands.flatMap((sql) => ["-c", sql])]);
      await locking.line(/it is locked/);
      try {
        const families = await read(`${url}probe?module=postgres&target=pg`);
        const success = families.get("pg_scrape_collector_success")!.samples;
        expect(success.filter(({ value }) => value !== 1)).toEqual([]);
        expect(families.get("pg_stat_user_tables_n_live_tup")!.samples).toHaveLength(1);
        expect(families.get("pg_stat_user_tables_table_size_bytes")?.samples ?? []).toEqual([]);
      } finally {
        await postgres.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND pid <> pg_backend_pid()",
        );
        await locking.ended;
      }
      const families = await read(`${url}probe?module=postgres&target=pg`);
      expect(families.get("pg_stat_user_tables_table_size_bytes")!.samples[0]!.value).toBeGreaterThan(0);
    });

    it("tell of a replica of PostgreSQL, and of the server that it follows", async () => {
      const standby = await startPostgres({ follows: postgres });
      const file = join(databases.folder, "replica.yml");
      const target = (name: string, { port }: PostgresServer): string =>
        `{ name: ${name}, dsn: "postgres://exporter:x@127.0.0.1:${port}/postgres", presets: [postgres], queries: [] }`;
      await writeFile(
        file,
        `modules: { sql: { targets: [${target("primary", postgres)}, ${target("standby", standby)}], queries: [] } }`,
      );
      const ours = start(exporterkit, [`--config.file=${file}`, "--web.listen-address=127.0.0.1:0"]);
      try {
        const [, address] = await ours.line(/ url=(\S+)/);
        await vi.waitFor(async () =>
          expect(await postgres.sql("SELECT reply_time FROM pg_stat_replication")).toMatch(/\d/),
        );
        const [expected, primary] = [
          await read(theirs.postgres),
          await read(`${address}probe?module=postgres&target=primary`),
        ];
        const ofReplicas = (families: Families): string[] =>
          [...families.keys()].filter((name) => name.startsWith("pg_stat_replication_")).toSorted();
        expect(ofReplicas(primary)).toEqual(ofReplicas(expected));
        const [{ labels, value }] = primary.get("pg_stat_replication_reply_time")!.samples as [
          ParsedFamily["samples"][0],
        ];
        expect(labels).toMatchObject({ slot_name: "standby", state: "streaming" });
        expect(Math.abs(value - Date.now() / 1000)).toBeLessThan(60);
        const replica = await read(`${address}probe?module=postgres&target=standby`);
        expect(replica.get("sql_query_success")!.samples.filter((sample) => sample.value !== 1)).toEqual([]);
        const valueOf = (families: Families, name: string): number => families.get(name)!.samples[0]!.value;
        for (const [families, isReplica] of [
          [primary, 0],
          [replica, 1],
        ] as const) {
          expect(valueOf(families, "pg_replication_is_replica")).toBe(isReplica);
          expect(valueOf(families, "pg_settings_transaction_read_only")).toBe(isReplica);
          expect(valueOf(families, "pg_settings_default_transaction_read_only")).toBe(0);
        }
      } finally {
        await ours.stop();
        await standby.stop();
      }
    });

    it("have a summary of what the exporter has", async () => {
      const families = await read(`${url}metrics`);
      for (const { metric, where = {} } of sqlSummary.flatMap(({ lines }): readonly SummaryLine[] => lines)) {
        const fits = (labels: Readonly<Record<string, string>>): boolean =>
          Object.entries(where).every(([name, value]) => labels[name] === value);
        expect(
          families.get(metric)?.samples.some(({ labels }) => fits(labels)),
          metric,
        ).toBe(true);
      }
    });

    it("are beside each other in /metrics, each with the label of its target", async () => {
      const families = await read(`${url}metrics`);
      const up = ["mysql_up", "pg_up"].map((name) => families.get(name)!.samples);
      expect(up).toMatchObject([[{ labels: { target: "maria" }, value: 1 }], [{ labels: { target: "pg" }, value: 1 }]]);
    });
  },
);

/** What tells of the exporter itself, of its process and runtime. */
const ofExporter = /^(?:go_|process_|promhttp_|\w+_build_info$|(?:mysql|pg)_exporter_(?:last_scrape|scrapes_total))/;
const ofOurs = /^(?:probe_|sql_|mysql_exporter_collector_success$)/;
/** Families that versions after Debian's have. */
const newer =
  /^pg_(?:database_connection_limit|replication_(?!slots)|roles_|stat(?:io)?_user_tables_|stat_database_active_time_seconds|wal_)/;
/** NULL is NaN there, and no series here. */
const missing = new Set([
  "pg_stat_archiver_last_archive_age",
  "pg_stat_database_checksum_failures",
  "pg_stat_database_checksum_last_failure",
  "pg_stat_database_stats_reset",
]);

/** The values of a family by their labels, whatever their order and the spelling of numbers. */
function valuesOf({ samples }: ParsedFamily): Map<string, number> {
  return new Map(
    samples.map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(
        ([label, text]) => `${label}="${label === "le" ? Number(text.replace("+Inf", "Infinity")) : text}"`,
      );
      return [`${name}{${pairs.toSorted().join(",")}}`, value];
    }),
  );
}
