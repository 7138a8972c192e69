import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { type PrometheusServer, startPrometheusWith } from "./prometheus-server.ts";

/** The queries of Grafana's dashboard 1860, "Node Exporter Full", one a line. */
const queries = readFileSync(new URL("dashboards/node-exporter-full.promql", import.meta.url), "utf8")
  .split("\n")
  .filter((query) => query !== "");

/** Queries with data for Debian's node_exporter alone: the clock's discipline, which JavaScript cannot ask the kernel for. */
const theirsAlone = /^(rate\()?node_timex_/;
/** Queries with data for ours alone: what node_exporter has had since Debian's release, and zeros that it leaves out. */
const oursAlone = [
  /^node_tcp_connection_states/,
  /^rate\(node_softnet_(received_rps|flow_limit_count)_total/,
  /^rate\(node_netstat_TcpExt_(TCPRcvQDrop|TCPOFOQueue)/,
  /^(avg\()?node_cpu_scaling_frequency_/,
];

const isInstalled =
  hasCommand("prometheus-node-exporter", "prometheus-node-exporter") && hasCommand("prometheus", "prometheus");

describe.skipIf(!isInstalled)(
  "the dashboard of node_exporter (needs the Debian packages prometheus and prometheus-node-exporter)",
  () => {
    let prometheus: PrometheusServer;
    const children: Child[] = [];
    const instances = new Map<string, string>();
    beforeAll(async () => {
      // What the dashboard asks its users to switch on.
      const flags = ["processes", "interrupts", "tcpstat"].map((collector) => `--collector.${collector}`);
      const [debian, own] = ["prometheus-node-exporter", exporterkit].map((command) =>
        start(command, ["--web.listen-address=127.0.0.1:0", ...flags]),
      ) as [Child, Child];
      children.push(debian, own);
      instances.set("debian", (await debian.line(/msg="Listening on" address=(127\.0\.0\.1:\d+)/))[1]!);
      instances.set("own", (await own.line(/address=(127\.0\.0\.1:\d+)/))[1]!);
      // A scrape that takes too long on a busy machine would end every series.
      const patience = { scrape_interval: "3s", scrape_timeout: "3s" };
      prometheus = await startPrometheusWith(
        Array.from(instances, ([job_name, instance]) => ({
          job_name,
          ...patience,
          static_configs: [{ targets: [instance] }],
        })),
      );
    });
    afterAll(() => Promise.all([prometheus?.stop(), ...children.map((child) => child.stop())]));

    async function hasData(query: string, job: string): Promise<boolean> {
      const resolved = query
        .replaceAll("$node", instances.get(job)!)
        .replaceAll("$job", job)
        .replaceAll("$__rate_interval", "1m");
      return (await prometheus.query(resolved)).length > 0;
    }

    it("has data for the queries that have it for Debian's node_exporter", { timeout: 60_000 }, async () => {
      expect(queries.length).toBeGreaterThan(250);
      for (const job of instances.keys()) {
        await prometheus.queryUntil(`sum_over_time(up{job="${job}"}[1m]) > 3`, (results) => results.length > 0);
      }
      const [debian, own] = [new Set<string>(), new Set<string>()];
      for (const query of queries) {
        if (await hasData(query, "debian")) debian.add(query);
        if (await hasData(query, "own")) own.add(query);
      }
      expect(debian.size).toBeGreaterThan(190);
      expect([...debian].filter((query) => !own.has(query) && !theirsAlone.test(query))).toEqual([]);
      const more = [...own].filter((query) => !debian.has(query));
      expect(more.filter((query) => !oursAlone.some((pattern) => pattern.test(query)))).toEqual([]);
    });
  },
);
