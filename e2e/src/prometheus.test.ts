import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { freePort } from "./free-port.ts";
import { type PrometheusServer, startPrometheusWith } from "./prometheus-server.ts";

async function startExporter(listenAddress: string): Promise<{ child: Child; address: string }> {
  const child = start(exporterkit, [`--web.listen-address=${listenAddress}`]);
  const [, address] = await child.line(/msg=listening address=(\S+)/);
  return { child, address: address! };
}

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "a real Prometheus (needs the Debian package prometheus)",
  () => {
    let exporter: Child;
    let address: string;
    let prometheus: PrometheusServer;

    beforeAll(async () => {
      // It is restarted there.
      ({ child: exporter, address } = await startExporter(`127.0.0.1:${await freePort()}`));
      // Every collector is to be done within a scrape, on a busy machine too.
      const patience = { scrape_interval: "2s", scrape_timeout: "2s" };
      prometheus = await startPrometheusWith([
        { job_name: "exporterkit", ...patience, static_configs: [{ targets: [address] }] },
      ]);
    });
    afterAll(async () => {
      await prometheus?.stop();
      await exporter?.stop();
    });

    it("finds the exporter up", async () => {
      const [up] = await prometheus.queryUntil("up", (results) => results[0]?.value === 1);
      expect(up?.metric).toMatchObject({ job: "exporterkit", instance: address });
    });

    it("sees both kinds of system usage as percentages", async () => {
      const usage = await prometheus.queryUntil("system_usage", (results) => results.length > 0);
      expect(usage.map(({ metric }) => metric["resource_type"]!).toSorted()).toEqual(["CPU", "Memory"]);
      for (const { value } of usage) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
      }
    });

    it("sees every collector succeed", async () => {
      const successes = await prometheus.queryUntil("exporterkit_collector_success", (results) => results.length > 0);
      expect(successes.filter(({ value }) => value !== 1)).toEqual([]);
    });

    it("sees the counters go up, second by second", async () => {
      await prometheus.queryUntil(
        "sum(increase(node_cpu_seconds_total[1m]))",
        (results) => (results[0]?.value ?? 0) > 0,
      );
      const [perCpu] = await prometheus.queryUntil(
        "sum(rate(node_cpu_seconds_total[10s])) / count(count by (cpu) (node_cpu_seconds_total))",
        (results) => Math.abs((results[0]?.value ?? 0) - 1) < 0.2,
      );
      expect(perCpu).toBeDefined();
    });

    it("sees a restart as a counter reset, and no negative rate", async () => {
      // The new process must begin below what the old one had been seen to spend.
      const spent = async (): Promise<number> => (await prometheus.query("process_cpu_seconds_total"))[0]?.value ?? 0;
      for (let i = 0; i < 5000 && (await spent()) < 1; i++) await (await fetch(`http://${address}/metrics`)).text();
      const [before] = await prometheus.query("process_start_time_seconds");
      expect(await exporter.stop()).toBe(0);
      await prometheus.queryUntil("up", (results) => results[0]?.value === 0);
      ({ child: exporter } = await startExporter(address));
      await prometheus.queryUntil("process_start_time_seconds", (results) => (results[0]?.value ?? 0) > before!.value);
      await prometheus.queryUntil("resets(process_cpu_seconds_total[1m])", (results) => results[0]?.value === 1);
      const [rate] = await prometheus.query("rate(process_cpu_seconds_total[1m])");
      expect(rate?.value).toBeGreaterThanOrEqual(0);
    });
  },
);

describe.skipIf(!hasCommand("promtool", "prometheus"))("promtool (needs the Debian package prometheus)", () => {
  it("finds nothing to say against the metrics, but for names that others chose", async () => {
    const { child, address } = await startExporter("127.0.0.1:0");
    const text = await (await fetch(`http://${address}/metrics`)).text();
    await child.stop();
    const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    const chosenByOthers = [
      // node_exporter names these after the fields of the kernel's files.
      /^node_(?:memory|netstat|sockstat)_\w+ metric names should be written in 'snake_case' not 'camelCase'$/,
      /^node_entropy_\w+ use base unit "bytes" instead of "bits"$/,
      // prom-client's names, which dashboards ask for.
      /^nodejs_active_(handles|requests|resources)_total non-counter metrics should not have "_total" suffix$/,
      // And those of @prometheus-io/client.
      /^nodejs_eventloop_utilization_(histogram|summary) metric name should not include type '\1'$/,
    ];
    expect(findings.filter((finding) => !chosenByOthers.some((pattern) => pattern.test(finding)))).toEqual([]);
  });
});
