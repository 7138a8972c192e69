import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { type Databases, hasDatabases, startDatabases } from "./databases.ts";
import { hasCommand } from "./debian-package.ts";
import { type Excuses, itHasDataFor, tested } from "./generated-queries.ts";
import { type MariaDbServer, startMariaDb } from "./mariadb-server.ts";
import { type PrometheusServer, startPrometheusWith } from "./prometheus-server.ts";

/** Queries that have no data here, and why. */
const mayLackData: Excuses = [
  [/^mysql_slave_status_(?:replica_|seconds_behind_source)/, "these are the words of MySQL 8.4, and this is MariaDB"],
];

const isThere = [hasCommand("prometheus", "prometheus"), hasDatabases()].every(Boolean);

describe.skipIf(!isThere)(
  "what dashboards and rules ask of databases (need the Debian packages prometheus, mariadb-server and postgresql)",
  () => {
    let databases: Databases;
    let followed: MariaDbServer;
    let exporter: Child;
    let prometheus: PrometheusServer;

    beforeAll(async () => {
      [databases, followed] = await Promise.all([startDatabases(), startMariaDb()]);
      const { folder, mariaDb, postgres } = databases;
      await follow(mariaDb);
      await postgres.sql("CREATE TABLE orders (id serial PRIMARY KEY); INSERT INTO orders DEFAULT VALUES");
      await postgres.sql("SELECT pg_create_physical_replication_slot('standby', true)");
      await writeFile(
        join(folder, "exporterkit.yml"),
        `
modules:
  sql:
    targets:
      - { name: maria, dsn: "mysql://exporter:x@127.0.0.1:${mariaDb.port}/shop", presets: [mysql], queries: [orders, wrong] }
      - { name: pg, dsn: "postgres://exporter:x@127.0.0.1:${postgres.port}/postgres", presets: [postgres], queries: [answer] }
    queries:
      - name: orders
        sql: SELECT count(*) AS n FROM orders
        metrics: [{ name: test_orders, help: Orders., type: gauge, value: n }]
      - name: wrong
        sql: SELECT nonsense FROM nowhere
        metrics: [{ name: test_wrong, help: Wrong., type: gauge, value: nonsense }]
      - name: answer
        interval: 1m
        sql: SELECT 42 AS answer
        metrics: [{ name: test_answer, help: Answer., type: gauge, value: answer }]
`,
      );
      exporter = start(exporterkit, [
        `--config.file=${join(folder, "exporterkit.yml")}`,
        "--web.listen-address=127.0.0.1:0",
      ]);
      const [, address] = await exporter.line(/msg=listening address=(\S+)/);
      // What is asked of two servers may take long on a busy machine.
      const patience = { scrape_interval: "3s", scrape_timeout: "3s" };
      prometheus = await startPrometheusWith([
        { job_name: "exporterkit", ...patience, static_configs: [{ targets: [address] }] },
      ]);
    });
    afterAll(async () => {
      await prometheus?.stop();
      await exporter?.stop();
      await Promise.all([databases?.stop(), followed?.stop()]);
    });

    /** Has a server follow the other, and waits until it does. */
    async function follow(replica: MariaDbServer): Promise<void> {
      await followed.sql(`CREATE USER replica IDENTIFIED BY 'x'; GRANT REPLICATION SLAVE ON *.* TO replica;
        CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY); INSERT INTO shop.orders VALUES (1)`);
      await replica.sql(`SET GLOBAL server_id = 2;
        CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${followed.port}, MASTER_USER = 'replica', MASTER_PASSWORD = 'x';
        START SLAVE`);
      await vi.waitFor(async () => {
        const status = await replica.sql("SELECT count(*) FROM shop.orders");
        if (status.trim() !== "1") throw new Error("not yet");
      }, 20_000);
    }

    itHasDataFor(tested.databases, () => prometheus, mayLackData);
  },
);
