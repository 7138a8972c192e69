import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makePair } from "./certificates.ts";
import { type Child, exporterkit, start } from "./child.ts";
import { type Databases, hasDatabases, startDatabases } from "./databases.ts";
import type { MariaDbServer } from "./mariadb-server.ts";
import type { PostgresServer } from "./postgres-server.ts";

const password = "hunter2-4711";

describe.skipIf(!hasDatabases())(
  "sessions with real servers (need the Debian packages mariadb-server and postgresql)",
  () => {
    let databases: Databases;
    let folder: string;
    let mariaDb: MariaDbServer;
    let postgres: PostgresServer;
    let exporter: Child;
    let url: string;

    beforeAll(async () => {
      const authority = await makePair("authority");
      const pair = await makePair("localhost", authority);
      ({ folder, mariaDb, postgres } = databases = await startDatabases({ password, pair }));
      await mariaDb.sql("GRANT ALL ON *.* TO exporter; CREATE DATABASE shop; CREATE TABLE shop.t (v INT)");
      await postgres.sql("CREATE TABLE t (v int); GRANT ALL ON t TO exporter");
      await writeFile(join(folder, "ca.pem"), authority.cert);
      const settings = {
        maria: `type: mysql, port: ${mariaDb.port}, user: exporter, password: ${password}, database: shop, probe_only: true`,
        pg: `type: postgres, port: ${postgres.port}, user: exporter, password: ${password}, database: postgres, probe_only: true`,
      };
      const query = (name: string, sql: string, more = ""): string =>
        `      - { name: ${name}, sql: "${sql}", ${more} metrics: [{ name: test_${name.replace(/.*_/, "")}, help: Test., type: gauge, value: v }] }`;
      await writeFile(
        join(folder, "exporterkit.yml"),
        `
modules:
  sql:
    targets:
      - { name: maria.slow, ${settings.maria}, queries: [fast, maria_slow] }
      - { name: pg.slow, ${settings.pg}, queries: [fast, pg_slow] }
      - { name: maria.writes, ${settings.maria}, queries: [maria_writes, maria_two] }
      - { name: pg.writes, ${settings.pg}, queries: [pg_writes, pg_two] }
      - { name: pg.quotes, ${settings.pg}, queries: [pg_quotes] }
      - { name: maria.tls, ${settings.maria}, host: localhost, queries: [maria_tls], tls: { ca_file: ca.pem } }
      - { name: pg.tls, ${settings.pg}, host: localhost, queries: [pg_tls], tls: { ca_file: ca.pem } }
      - { name: maria.untrusted, ${settings.maria}, queries: [maria_tls], tls: true }
      - { name: pg.untrusted, ${settings.pg}, queries: [pg_tls], tls: true }
      - { name: maria.address, ${settings.maria}, host: 127.0.0.1, queries: [maria_tls], tls: { ca_file: ca.pem } }
      - { name: pg.address, ${settings.pg}, host: 127.0.0.1, queries: [pg_tls], tls: { ca_file: ca.pem } }
      - { name: maria.named, ${settings.maria}, queries: [maria_tls], tls: { ca_file: ca.pem, server_name: other.example } }
      - { name: pg.named, ${settings.pg}, queries: [pg_tls], tls: { ca_file: ca.pem, server_name: other.example } }
      - { name: maria.socket, type: mysql, socket: ${mariaDb.socket}, user: exporter, password: ${password}, queries: [fast], probe_only: true }
      - { name: pg.socket, type: postgres, socket: ${postgres.folder}, port: ${postgres.port}, user: exporter, database: postgres, queries: [fast], probe_only: true }
    queries:
${query("fast", "SELECT 1 AS v")}
${query("maria_slow", "SELECT SLEEP(100) AS v", "timeout: 1m,")}
${query("pg_slow", "SELECT 1 AS v FROM pg_sleep(100)", "timeout: 1m,")}
${query("maria_writes", "INSERT INTO shop.t VALUES (1)")}
${query("pg_writes", "INSERT INTO t VALUES (1) RETURNING v")}
${query("maria_two", "SELECT 1 AS v; SELECT 2 AS v")}
${query("pg_two", "SELECT 1 AS v; SELECT 2 AS v")}
${query("pg_quotes", `SELECT '${password}'::int AS v`)}
${query("maria_tls", "SELECT variable_value <> '' AS v FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'")}
${query("pg_tls", "SELECT ssl AS v FROM pg_stat_ssl WHERE pid = pg_backend_pid()")}
`,
        { mode: 0o600 },
      );
      exporter = start(exporterkit, [
        `--config.file=${join(folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      url = (await exporter.line(/ url=(\S+)/))[1]!;
    });
    afterAll(async () => {
      await exporter?.stop();
      await databases?.stop();
    });

    async function probe(target: string, init: RequestInit = {}): Promise<string> {
      return await (await fetch(`${url}probe?module=sql&target=${target}`, init)).text();
    }

    const sleeping = {
      maria: async () => (await mariaDb.sql("SHOW FULL PROCESSLIST")).includes("SLEEP(100)"),
      pg: async () =>
        (
          await postgres.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(100)' AND pid <> pg_backend_pid()",
          )
        ).trim() !== "0",
    };

    describe.each(["maria", "pg"] as const)("with %s", (server) => {
      it("have a query run on the server until the scrape's deadline, and no longer; the others are kept", async () => {
        const answer = probe(`${server}.slow`, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "4.5" } });
        await vi.waitFor(async () => expect(await sleeping[server]()).toBe(true), { interval: 20, timeout: 10_000 });
        const text = await answer;
        expect(text).toMatch(/^probe_success 1$/m);
        expect(text).toMatch(/^test_fast 1$/m);
        expect(text).toMatch(new RegExp(`^sql_query_success\\{.*query="${server}_slow"\\} 0$`, "m"));
        await vi.waitFor(async () => expect(await sleeping[server]()).toBe(false), 10_000);
      });

      it("have a query cancelled on the server when nobody waits for it any more", async () => {
        const gone = new AbortController();
        const answer = probe(`${server}.slow`, { signal: gone.signal }).catch(() => "gone");
        await vi.waitFor(async () => expect(await sleeping[server]()).toBe(true), { interval: 20, timeout: 10_000 });
        gone.abort();
        expect(await answer).toBe("gone");
        await vi.waitFor(async () => expect(await sleeping[server]()).toBe(false), 10_000);
      });

      it("change nothing, and run one statement only", async () => {
        const text = await probe(`${server}.writes`);
        for (const query of ["writes", "two"]) {
          expect(text).toMatch(new RegExp(`^sql_query_success\\{.*query="${server}_${query}"\\} 0$`, "m"));
        }
        expect(text).toMatch(/^sql_up\{.*\} 1$/m);
        const rows =
          server === "maria" ? mariaDb.sql("SELECT count(*) FROM shop.t") : postgres.sql("SELECT count(*) FROM t");
        expect((await rows).trim()).toBe("0");
      });

      it("are encrypted with a server whose certificate is trusted, and are not made with others", async () => {
        expect(await probe(`${server}.tls`)).toMatch(/^test_tls 1$/m);
        expect(await probe(`${server}.address`)).toMatch(/^test_tls 1$/m);
        expect(await probe(`${server}.untrusted`)).toMatch(/^sql_up\{.*\} 0$/m);
        expect(await probe(`${server}.named`)).toMatch(/^sql_up\{.*\} 0$/m);
        const { input } = await exporter.line(new RegExp(`collector=sql:${server}.untrusted .*`));
        expect(input).toMatch(/certificate/);
        const { input: named } = await exporter.line(new RegExp(`collector=sql:${server}.named .*`));
        expect(named).toMatch(/does not match certificate/);
      });

      it("may go through a socket", async () => {
        expect(await probe(`${server}.socket`)).toMatch(/^test_fast 1$/m);
      });
    });

    it("log no password that a server quotes", async () => {
      expect(await probe("pg.quotes")).toMatch(/^sql_query_success\{.*query="pg_quotes"\} 0$/m);
      const { input } = await exporter.line(/collector=sql:pg.quotes:pg_quotes .*/);
      expect(input).toContain("invalid input syntax for type integer");
      expect(input).not.toContain(password);
    });
  },
);
