import { appendFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { collectDefaultMetrics, Registry } from "@exporterkit/client";
import { httpMetrics, setRoute } from "@exporterkit/client/http";
import { everything } from "../kubernetes/fake-access.ts";
import { type FakeSetting, startSetting } from "../kubernetes/exporter.ts";
import { startMariaDb } from "../mariadb-server.ts";
import { startPostgres } from "../postgres-server.ts";

/** Something that a module measures, made up or real, in which something happens. */
export interface Subject {
  /** What stands below the name of the module in a configuration. */
  readonly config: object;
  /** Has something happen; called twice a second. `time` is in seconds since the start. */
  work(time: number): Promise<void> | void;
  stop(): Promise<unknown>;
}

/** A number that goes up and down over time. */
function wave(time: number, phase: number, seconds = 60): number {
  return 1 + Math.sin((time / seconds) * 2 * Math.PI + phase);
}

/** A web application with some load, and its registry. */
export async function startShop(): Promise<Subject & { readonly registry: Registry }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const listener = httpMetrics(
    (request, response) => {
      const { pathname } = new URL(request.url!, "http://shop");
      setRoute(request, pathname.replace(/\d+/, ":id"));
      const isFailure = Math.random() < 0.01;
      const slow = Math.random() < 0.1 ? 200 * Math.random() : 20 * Math.random();
      setTimeout(() => response.writeHead(isFailure ? 500 : 200).end("x".repeat(2000 * Math.random())), slow);
    },
    { registry, requestSize: true, responseSize: true },
  );
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    registry,
    config: {},
    async work(time) {
      const paths = ["/", "/articles/17", "/cart", "/search"];
      const requests = paths.flatMap((path, i) =>
        Array.from({ length: Math.round(2 * wave(time, i)) }, async () => {
          const answer = await fetch(url + path, i === 2 ? { method: "POST", body: "x".repeat(300) } : {});
          await answer.arrayBuffer();
        }),
      );
      await Promise.all(requests);
    },
    stop: () => closed(server),
  };
}

/** A service that tells of itself in JSON, and one that does so only now and then. */
export async function startJsonService(): Promise<Subject> {
  let time = 0;
  const server = createServer((request, response) => {
    const isAway = request.url === "/stock" && Math.sin(time / 15) > 0.8;
    const body = { orders: { open: Math.round(20 * wave(time, 0)), shipped: Math.round(time) } };
    setTimeout(
      () => response.writeHead(isAway ? 503 : 200, { "Content-Type": "application/json" }).end(JSON.stringify(body)),
      10 + 20 * wave(time, request.url!.length) * Math.random(),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metrics = [
    { name: "shop_orders", help: "Orders.", each: "$entries(orders)", value: "value", labels: { state: "key" } },
  ];
  return {
    config: {
      modules: { shop: { metrics } },
      targets: ["orders", "stock", "till"].map((name) => ({
        name,
        module: "shop",
        url: `${url}/${name}`,
        fixed_labels: { service: name },
      })),
    },
    work(now) {
      time = now;
    },
    stop: () => closed(server),
  };
}

/** Access logs that grow. */
export function startLogs(folder: string): Subject {
  const names = ["web", "api"];
  const file = (name: string): string => join(folder, `${name}.log`);
  for (const name of names) writeFileSync(file(name), "");
  const metrics = [{ name: "http_requests_total", type: "counter", help: "Requests.", labels: { status: "status" } }];
  return {
    config: { sources: names.map((name) => ({ name, files: [file(name)], format: "combined", metrics })) },
    work(time) {
      for (const [i, name] of names.entries()) {
        const line = `203.0.113.7 - - [10/Oct/2026:13:55:36 +0000] "GET /users/4 HTTP/1.1" 200 2326 "-" "curl/8.0"\n`;
        const lines = line.repeat(Math.round((40 - 20 * i) * wave(time, i)));
        appendFileSync(file(name), Math.random() < 0.3 ? `${lines}what no server would write\n` : lines);
      }
    },
    async stop() {},
  };
}

/** A query of the module sql that counts what there is. */
function countOf(name: string, interval?: string): object {
  return {
    name,
    sql: "SELECT count(*) AS orders FROM orders",
    ...(interval !== undefined && { interval }),
    metrics: [{ name: `database_${name}`, help: "Orders.", type: "gauge", value: "orders" }],
  };
}

/** MariaDB and PostgreSQL with some statements. */
export async function startDatabases(): Promise<Subject> {
  const [mariaDb, postgres] = await Promise.all([startMariaDb(), startPostgres()]);
  await mariaDb.sql(`CREATE USER exporter IDENTIFIED BY 'x'; GRANT SELECT, PROCESS, SLAVE MONITOR ON *.* TO exporter;
    CREATE DATABASE shop; CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, price INT)`);
  await postgres.sql(`CREATE ROLE exporter LOGIN PASSWORD 'x'; GRANT pg_monitor TO exporter;
    CREATE TABLE orders (id serial PRIMARY KEY, price int); GRANT SELECT ON orders TO exporter`);
  const maria = `mysql://exporter:x@127.0.0.1:${mariaDb.port}/shop`;
  let last = 0;
  const pg = `postgres://exporter:x@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
  return {
    config: {
      targets: [
        { name: "maria", dsn: maria, presets: ["mysql"], queries: ["orders", "orders_of_the_minute"] },
        { name: "pg", dsn: pg, presets: ["postgres"], queries: ["orders", "orders_of_the_minute"] },
      ],
      queries: [countOf("orders"), countOf("orders_of_the_minute", "1m")],
    },
    async work(time) {
      if (time < last + 3) return;
      last = time;
      const number = Math.round(15 * wave(time, 0));
      const insert = (table: string): string => `INSERT INTO ${table} (price) VALUES (1), (2), (3);`.repeat(number);
      await Promise.all([
        mariaDb.sql(`${insert("shop.orders")} SELECT SUM(price) FROM shop.orders ORDER BY 1`),
        postgres.sql(`${insert("orders")} UPDATE orders SET price = 4 WHERE id % 97 = ${Math.floor(time) % 97}`),
      ]);
    },
    stop: () => Promise.all([mariaDb.stop(), postgres.stop()]),
  };
}

/** A cluster that is made up, whose pods use now more, now less. */
export async function startCluster(): Promise<Subject> {
  const setting: FakeSetting = await startSetting();
  setting.server.access.allow("good", everything);
  const apps = ["web", "search", "cart", "mail"];
  return {
    config: {
      kubeconfig: setting.kubeconfig,
      group_by: { app: ["label:app"], namespace: ["namespace"] },
      usage_interval: "2s",
    },
    work(time) {
      for (const [i, app] of apps.entries()) {
        for (let replica = 0; replica <= 4 - i; replica++) {
          const cpu = `${Math.round((60 + 90 * i) * wave(time, i + replica / 4, 90) + 20)}m`;
          const memory = `${Math.round((70 + 30 * i) * (2 + wave(time, i, 150)))}Mi`;
          setting.server.cluster.setPod(`${app}-${replica}`, {
            labels: { app },
            containers: [{ name: "app", requests: { cpu: "250m", memory: "256Mi" } }],
            usage: { app: { cpu, memory } },
          });
        }
      }
      setting.server.cluster.setPod("mail-next", { labels: { app: "mail" }, phase: "Pending", node: "" });
    },
    stop: () => setting.dispose(),
  };
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections();
  server.close();
  return once(server, "close");
}
