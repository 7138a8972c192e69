import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { type Databases, hasDatabases, startDatabases } from "./databases.ts";
import type { MariaDbServer } from "./mariadb-server.ts";
import type { PostgresServer } from "./postgres-server.ts";

describe.skipIf(!hasDatabases())(
  "database servers that are killed (need the Debian packages mariadb-server and postgresql)",
  () => {
    let databases: Databases;
    let folder: string;
    let mariaDb: MariaDbServer;
    let postgres: PostgresServer;
    let exporter: Child;
    let url: string;

    beforeAll(async () => {
      ({ folder, mariaDb, postgres } = databases = await startDatabases());
      await configure("x");
      exporter = start(exporterkit, [
        `--config.file=${join(folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      url = (await exporter.line(/ url=(\S+)/))[1]!;
    });
    afterAll(async () => {
      expect(await exporter.stop()).toBe(0);
      await databases.stop();
    });

    async function configure(password: string): Promise<void> {
      const dsns = {
        maria: `mysql://exporter:${password}@127.0.0.1:${mariaDb.port}/`,
        pg: `postgres://exporter:${password}@127.0.0.1:${postgres.port}/postgres`,
      };
      await writeFile(
        join(folder, "exporterkit.yml"),
        `
modules:
  host: { disable_defaults: true, collectors: { loadavg: true } }
  sql:
    targets:
      - { name: maria, dsn: "${dsns.maria}", presets: [mysql] }
      - { name: pg, dsn: "${dsns.pg}", presets: [postgres] }
`,
      );
    }

    /** What `*_up` is; the rest of the exporter is there in each answer. */
    async function up(): Promise<Record<string, number>> {
      const response = await fetch(`${url}metrics`);
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).toMatch(/^node_load1 /m);
      for (const collector of ["sql:maria", "sql:pg", "loadavg"]) {
        expect(text).toContain(`exporterkit_collector_success{collector="${collector}"} 1\n`);
      }
      return Object.fromEntries(
        Array.from(text.matchAll(/^(mysql_up|pg_up|sql_up)\{target="(\w+)"\} ([01])$/gm), ([, name, target, value]) => [
          `${name} ${target}`,
          Number(value),
        ]),
      );
    }

    const all = { "mysql_up maria": 1, "sql_up maria": 1, "pg_up pg": 1, "sql_up pg": 1 };

    it("are down and up again in the metrics, under scrapes that never cease, and cost the others nothing", async () => {
      expect(await up()).toEqual(all);
      const over = new AbortController();
      const scrapes = (async () => {
        let count = 0;
        for (; !over.signal.aborted; count++) await up();
        return count;
      })();
      await postgres.kill();
      await vi.waitFor(async () => expect(await up()).toEqual({ ...all, "pg_up pg": 0, "sql_up pg": 0 }), 10_000);
      await mariaDb.kill();
      await vi.waitFor(async () => expect(Object.values(await up())).toEqual([0, 0, 0, 0]), 10_000);
      await Promise.all([mariaDb.restart(), postgres.restart()]);
      await vi.waitFor(async () => expect(await up()).toEqual(all), 10_000);
      over.abort();
      expect(await scrapes).toBeGreaterThan(2);
      await exporter.line(/collector works again.*collector=sql:pg(?: |$)/);
      await exporter.line(/collector works again.*collector=sql:maria(?: |$)/);
    });

    it("that hang, and do not even refuse, are down within the time of the scrape", async () => {
      await mariaDb.freeze(true);
      try {
        const begun = performance.now();
        const response = await fetch(`${url}metrics`, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "4" } });
        const text = await response.text();
        expect(performance.now() - begun).toBeLessThan(4000);
        expect(text).toMatch(/^sql_up\{target="maria"\} 0$/m);
        expect(text).toMatch(/^pg_up\{target="pg"\} 1$/m);
      } finally {
        await mariaDb.freeze(false);
      }
      await vi.waitFor(async () => expect(await up()).toEqual(all), 10_000);
    });

    it("are asked with what a new configuration says, and no session of before is left", async () => {
      expect(await up()).toEqual(all);
      await configure("wrong");
      process.kill(exporter.pid, "SIGHUP");
      await vi.waitFor(async () => expect(Object.values(await up())).toEqual([0, 0, 0, 0]), 10_000);
      const sessions = async (): Promise<string[]> => {
        const counts = [
          mariaDb.sql("SELECT count(*) FROM information_schema.processlist WHERE user = 'exporter'"),
          postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'exporter'"),
        ];
        return (await Promise.all(counts)).map((count) => count.trim());
      };
      await vi.waitFor(async () => expect(await sessions()).toEqual(["0", "0"]), 10_000);
      await configure("x");
      process.kill(exporter.pid, "SIGHUP");
      await vi.waitFor(async () => expect(await up()).toEqual(all), 10_000);
      expect((await fetch(`${url}probe?module=mysql&target=maria`)).status).toBe(200);
    });
  },
);
