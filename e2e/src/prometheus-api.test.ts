import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { startPrometheus } from "./prometheus-server.ts";

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "examples/prometheus-api (needs the Debian package prometheus)",
  () => {
    it("draws what a real Prometheus answers", async () => {
      const exporter = start(exporterkit, ["--web.listen-address=127.0.0.1:0"]);
      const [, address] = await exporter.line(/msg=listening address=(\S+)/);
      const prometheus = await startPrometheus([address!]);
      const file = fileURLToPath(new URL("../../examples/prometheus-api/dist/page.js", import.meta.url));
      const page = start("env", ["PORT=0", `PROMETHEUS_URL=${prometheus.url}`, process.execPath, file]);
      try {
        const [, port] = await page.line(/port: (\d+)/);
        await prometheus.queryUntil("rate(node_cpu_seconds_total[1m])", (results) => results.length > 0);
        const html = async (): Promise<string> => (await fetch(`http://localhost:${port}/`)).text();
        await expect.poll(async () => (await html()).match(/<path d="M[\d.,ML-]+"/g)?.length).toBe(2);
        expect(await html()).toContain(`instance=${address}`);
      } finally {
        await page.stop();
        await prometheus.stop();
        await exporter.stop();
      }
    });
  },
);
