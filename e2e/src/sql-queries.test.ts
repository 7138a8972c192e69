import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type ParsedFamily, parse } from "@exporterkit/client/parse";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { type Databases, hasDatabases, startDatabases } from "./databases.ts";
import type { MariaDbServer } from "./mariadb-server.ts";
import { hasNode22, node22 } from "./node-22.ts";
import type { PostgresServer } from "./postgres-server.ts";

const run = promisify(execFile);
const password = "p@ss/w:rd-4711";
const counts = "3 AS le_01, 5 AS le_1, 6 AS n, 7.5 AS total";
const isThere = [hasDatabases(), hasNode22()].every(Boolean);

const fillSqlite = `
  const { DatabaseSync } = require("node:sqlite");
  new DatabaseSync(process.argv[1]).exec(\`CREATE TABLE v AS SELECT 9223372036854775807 AS big,
    '123456789012345678901234567890.5' AS exact, 1 AS yes, '2024-02-29 12:00:00.5' AS at, NULL AS absent, 5 AS bits, 1.5 AS real_one,
    -5400 AS span, ${counts}\`);
`;

const lockSqlite = `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(process.argv[1]);
  database.exec("BEGIN EXCLUSIVE");
  process.on("SIGTERM", () => {
    database.exec("COMMIT");
    process.exit();
  });
  setInterval(() => {}, 1000);
  console.log("locked");
`;

describe.skipIf(!isThere)(
  "queries of real servers (need mariadb-server, postgresql and npm ci --prefix e2e/node-22)",
  () => {
    let databases: Databases;
    let folder: string;
    let mariaDb: MariaDbServer;
    let postgres: PostgresServer;
    let exporter: Child;
    let url: string;

    beforeAll(async () => {
      ({ folder, mariaDb, postgres } = databases = await startDatabases({ password }));
      await mariaDb.sql(
        "CREATE DATABASE shop; CREATE TABLE shop.bits (b BIT(8)); INSERT INTO shop.bits VALUES (b'101')",
      );
      await mariaDb.sql(`DELIMITER //
        CREATE PROCEDURE shop.one_result() SELECT 'a' AS kind, 7 AS v UNION SELECT 'b', 8 //
        CREATE PROCEDURE shop.two_results() BEGIN SELECT 1 AS v; SELECT 2 AS v; END //
        GRANT EXECUTE ON shop.* TO exporter //`);
      await postgres.sql("CREATE SEQUENCE numbers; GRANT ALL ON numbers TO exporter");
      await writeFile(join(folder, "password"), `${password}\n`);
      for (const name of ["lite.db", "written.db"])
        await run(node22, ["--no-warnings", "-e", fillSqlite, join(folder, name)]);
      const encoded = encodeURIComponent(password);
      await writeFile(
        join(folder, "exporterkit.yml"),
        `
modules:
  sql:
    targets:
      - name: maria
        dsn: mysql://exporter:${encoded}@127.0.0.1:${mariaDb.port}/shop
        queries: [values, sleeps, wrong, many]
      - name: pg
        type: postgres
        host: 127.0.0.1
        port: ${postgres.port}
        user: exporter
        password_file: password
        database: postgres
        queries: [pg_values, pg_sleeps, wrong, many]
        labels: { env: test }
      - { name: lite, file: lite.db, queries: [lite_values, endless] }
      - { name: interval, dsn: "postgres://exporter:${encoded}@127.0.0.1:${postgres.port}/postgres", queries: [now], probe_only: true }
      - { name: writer, dsn: "postgres://exporter:${encoded}@127.0.0.1:${postgres.port}/postgres", queries: [writes], probe_only: true }
      - { name: procedures, dsn: "mysql://exporter:${encoded}@127.0.0.1:${mariaDb.port}/shop", queries: [one_result, two_results], probe_only: true }
      - { name: written, file: written.db, queries: [lite_values], probe_only: true }
      - { name: denied, dsn: "mysql://intruder:${encoded}@127.0.0.1:${mariaDb.port}/shop", queries: [wrong] }
      - { name: refused, dsn: "postgres://exporter:${encoded}@127.0.0.1:1/postgres", queries: [wrong] }
      - { name: nowhere, dsn: "postgres://exporter:${encoded}@unknown.invalid/postgres", queries: [wrong], connect_timeout: 500ms }
    queries:
      - name: now
        interval: 1s
        sql: SELECT clock_timestamp() AS now
        metrics: [{ name: test_now, help: Now., type: gauge, value: now }]
      - name: writes
        sql: SELECT nextval('numbers') AS v
        metrics: [{ name: test_written, help: Written., type: gauge, value: v }]
      - name: one_result
        sql: CALL one_result()
        metrics: [{ name: test_called, help: Called., type: gauge, labels: [kind], value: v }]
      - name: two_results
        sql: CALL two_results()
        metrics: [{ name: test_called_twice, help: Called., type: gauge, value: v }]
      - name: values
        sql: |
          SELECT 'a' AS kind, 18446744073709551615 AS big, CAST('123456789012345678901234567890.5' AS DECIMAL(65, 1)) AS exact,
            TRUE AS yes, TIMESTAMP '2024-02-29 12:00:00.5' AS at, NULL AS absent, b AS bits, 1.5e0 AS real_one, TIME '-01:30:00' AS span, ${counts}
          FROM bits
        metrics: &metrics
          - { name: test_value, help: Values., type: gauge, labels: [kind], value_label: of, values: { big: big, exact: exact, yes: yes, at: at, nothing: absent, bits: bits, real: real_one, span: span } }
          - { name: test_null, help: "NULL.", type: gauge, value: absent, null: -1 }
          - { name: test_seconds, help: Seconds., type: histogram, labels: [kind], buckets: { 1: le_1, 0.1: le_01 }, sum: total, count: n }
          - { name: test_info, help: Info., type: info, labels: [kind], static_labels: { fixed: "x" } }
      - name: pg_values
        sql: |
          SELECT 'a' AS kind, 18446744073709551615 AS big, 123456789012345678901234567890.5 AS exact,
            true AS yes, TIMESTAMP '2024-02-29 12:00:00.5' AS at, NULL::int AS absent, 5 AS bits, 1.5::float8 AS real_one, INTERVAL '-1 hours -30 minutes' AS span, ${counts}
        metrics: *metrics
      - name: lite_values
        sql: SELECT 'a' AS kind, * FROM v
        metrics: *metrics
      - name: endless
        sql: WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS v FROM c
        timeout: 500ms
        metrics: [{ name: test_counted, help: Counted., type: gauge, value: v }]
      - name: sleeps
        sql: SELECT SLEEP(30) AS v
        timeout: 500ms
        metrics: [{ name: test_slept, help: Slept., type: gauge, value: v }]
      - name: pg_sleeps
        sql: SELECT 1 AS v FROM pg_sleep(30)
        timeout: 500ms
        metrics: [{ name: test_slept, help: Slept., type: gauge, value: v }]
      - name: wrong
        sql: SELECT nonsense FROM nowhere
        metrics: [{ name: test_wrong, help: Wrong., type: gauge, value: nonsense }]
      - name: many
        max_rows: 10
        sql: SELECT a.table_name AS t, 1 AS v FROM information_schema.tables a
        metrics: [{ name: test_many, help: Many., type: gauge, value: v, labels: [t] }]
`,
      );
      exporter = start(node22, [
        exporterkit,
        `--config.file=${join(folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      url = (await exporter.line(/ url=(\S+)/))[1]!;
    });
    afterAll(async () => {
      await exporter?.stop();
      await databases?.stop();
    });

    it("become metrics of every type, with numbers that mean what the database means", async () => {
      const families = await scrape();
      for (const target of ["maria", "pg", "lite"]) {
        const values = Object.fromEntries(
          samplesOf(families, "test_value", target).map(({ labels, value }) => [labels["of"], value]),
        );
        expect(values, target).toEqual({
          big: target === "lite" ? 2 ** 63 : 2 ** 64,
          exact: 1.2345678901234568e29,
          yes: 1,
          at: 1709208000.5,
          bits: 5,
          real: 1.5,
          span: -5400,
        });
        expect(samplesOf(families, "test_null", target).map(({ value }) => value)).toEqual([-1]);
        expect(samplesOf(families, "test_info", target)[0]!.labels).toMatchObject({ kind: "a", fixed: "x" });
        const histogram = samplesOf(families, "test_seconds", target).map(({ name, labels, value }) => [
          name,
          labels["le"],
          value,
        ]);
        expect(histogram).toEqual([
          ["test_seconds_bucket", "0.1", 3],
          ["test_seconds_bucket", "1", 5],
          ["test_seconds_bucket", "+Inf", 6],
          ["test_seconds_sum", undefined, 7.5],
          ["test_seconds_count", undefined, 6],
        ]);
      }
      expect(families.get("test_seconds")!.type).toBe("histogram");
    });

    it("fail by themselves, for reasons that the log has, and are cancelled on the server when their time is up", async () => {
      const families = await scrape();
      for (const target of ["maria", "pg"]) {
        expect(samplesOf(families, "sql_up", target)[0]!.value).toBe(1);
        const success = Object.fromEntries(
          samplesOf(families, "sql_query_success", target).map(({ labels, value }) => [
            labels["query"]!.replace("pg_", ""),
            value,
          ]),
        );
        expect(success, target).toEqual({ values: 1, sleeps: 0, wrong: 0, many: 0 });
        const took = samplesOf(families, "sql_query_duration_seconds", target).find(({ labels }) =>
          labels["query"]!.endsWith("sleeps"),
        )!;
        expect(took.value).toBeGreaterThan(0.45);
        await exporter.line(
          new RegExp(`collector=sql:${target}:(?:pg_)?sleeps error="not done within 0.5 s, and cancelled"`),
        );
        await exporter.line(new RegExp(`collector=sql:${target}:many error="returned more than 10 rows;`));
        await exporter.line(new RegExp(`collector=sql:${target}:wrong error=.*nowhere`));
      }
      await vi.waitFor(async () => {
        expect(await mariaDb.sql("SHOW FULL PROCESSLIST")).not.toContain("SLEEP(30)");
        const running =
          "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)' AND pid <> pg_backend_pid()";
        expect((await postgres.sql(running)).trim()).toBe("0");
      }, 10_000);
    });

    it("of SQLite hold up nothing else, and end with their process when their time is up", async () => {
      for (let i = 0; i < 2; i++) {
        const answer = scrape();
        const begun = performance.now();
        for (let j = 0; j < 20; j++) expect((await fetch(`${url}-/healthy`)).status).toBe(200);
        expect(performance.now() - begun).toBeLessThan(2000);
        const families = await answer;
        const success = samplesOf(families, "sql_query_success", "lite").map(({ labels, value }) => [
          labels["query"],
          value,
        ]);
        expect(Object.fromEntries(success)).toEqual({ lite_values: 1, endless: 0 });
      }
      await exporter.line(/collector=sql:lite:endless error="not done within 0.5 s, and cancelled"/);
    });

    it("are cancelled on the server at the scrape's deadline, and the others of the target are kept", async () => {
      const families = await scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "0.8" });
      for (const target of ["maria", "pg"]) expect(samplesOf(families, "test_value", target).length).toBeGreaterThan(0);
    });

    it("keep to the connections that there may be, all of them read-only", async () => {
      await Promise.all(Array.from({ length: 10 }, () => scrape()));
      const count = await postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'exporter'");
      expect(Number(count)).toBeLessThanOrEqual(2);
      const processes = await mariaDb.sql(
        "SELECT count(*) FROM information_schema.processlist WHERE user = 'exporter'",
      );
      expect(Number(processes)).toBeLessThanOrEqual(2);
      const probed = await (await fetch(`${url}probe?module=sql&target=writer`)).text();
      expect(probed).toMatch(/^sql_query_success\{.*query="writes"\} 0$/m);
      expect((await postgres.sql("SELECT count(*) FROM pg_sequences WHERE last_value IS NOT NULL")).trim()).toBe("0");
    });

    it("are kept for their interval, which their age says, and are asked again after it", async () => {
      const [first, second] = [await probe("interval"), await probe("interval")];
      expect(second.get("test_now")!.samples).toEqual(first.get("test_now")!.samples);
      const age = (families: Families): number => families.get("sql_query_age_seconds")!.samples[0]!.value;
      expect(age(first)).toBe(0);
      expect(age(second)).toBeGreaterThan(0);
      await vi.waitFor(async () => {
        const later = await probe("interval");
        expect(later.get("test_now")!.samples[0]!.value).toBeGreaterThan(first.get("test_now")!.samples[0]!.value);
      }, 10_000);
    });

    it("are asked by /probe of targets that the configuration names, and of no other", async () => {
      expect((await probe("pg")).get("test_null")!.samples[0]!.labels).toEqual({ env: "test" });
      for (const target of ["nobody", "postgres://exporter@127.0.0.1/postgres", "127.0.0.1:5432"]) {
        const response = await fetch(`${url}probe?module=sql&target=${encodeURIComponent(target)}`);
        expect(response.status).toBe(403);
        expect(await response.text()).not.toContain("127.0.0.1");
      }
    });

    it("of SQLite wait for whoever writes to the database", async () => {
      const success = async (): Promise<number> => (await probe("written")).get("sql_query_success")!.samples[0]!.value;
      expect(await success()).toBe(1);
      const writer = start(node22, ["--no-warnings", "-e", lockSqlite, join(folder, "written.db")]);
      await writer.line(/locked/);
      const answer = success();
      await setTimeout(300);
      await writer.stop();
      expect(await answer).toBe(1);
    });

    it("may call a procedure of MySQL that returns one result", async () => {
      const families = await probe("procedures");
      const called = families.get("test_called")!.samples.map(({ labels, value }) => [labels["kind"], value]);
      expect(called).toEqual([
        ["a", 7],
        ["b", 8],
      ]);
      await exporter.line(/collector=sql:procedures:two_results error="returned several results; .*"/);
    });

    it("leave no password and no address anywhere", async () => {
      const pages = await Promise.all(
        ["metrics", "config", "", "probe?module=sql&target=denied"].map(async (path) =>
          (await fetch(`${url}${path}`)).text(),
        ),
      );
      expect(pages[0]).toMatch(/^sql_up\{.*target="denied"\} 0$/m);
      const log = await Promise.all(
        ["denied", "refused", "nowhere"].map(
          async (target) => (await exporter.line(new RegExp(`collector=sql:${target} .*`))).input,
        ),
      );
      expect(log[0]).toContain("it takes no such user, or another password");
      expect(log[1]).toContain("nothing listens where it should be");
      for (const text of [...pages, ...log]) {
        expect(text).not.toContain(password);
        expect(text).not.toContain(encodeURIComponent(password));
        expect(text).not.toMatch(/mysql:|postgres:\/\//);
      }
      for (const text of log) expect(text).not.toMatch(/127\.0\.0\.1|unknown\.invalid|intruder/);
    });

    type Families = Map<string, ParsedFamily>;

    async function read(response: Response): Promise<Families> {
      const text = await response.text();
      return new Map(parse(text, response.headers.get("content-type")!).map((family) => [family.name, family]));
    }

    async function scrape(headers: Record<string, string> = {}): Promise<Families> {
      return read(await fetch(`${url}metrics`, { headers }));
    }

    async function probe(target: string): Promise<Families> {
      return read(await fetch(`${url}probe?module=sql&target=${target}`));
    }

    function samplesOf(families: Families, name: string, target: string): ParsedFamily["samples"][number][] {
      return (families.get(name)?.samples ?? []).filter(({ labels }) => labels["target"] === target);
    }
  },
);
