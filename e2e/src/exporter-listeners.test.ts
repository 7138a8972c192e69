import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { curl } from "./curl.ts";
import { hasCommand } from "./debian-package.ts";
import { type PrometheusServer, startPrometheusWith } from "./prometheus-server.ts";
import { freePort } from "./free-port.ts";

const hasCurl = hasCommand("curl", "curl");

let folder: string;
let exporter: Child | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exporterkit-listeners-"));
});
afterEach(async () => {
  await exporter?.stop();
  exporter = undefined;
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!hasCurl)("curl (needs the Debian package curl)", () => {
  it("finds the metrics at every address, and at a Unix socket also after a crash", async () => {
    const socket = join(folder, "exporter.sock");
    const flags = [`--web.listen-address=unix:${socket}`, "--web.listen-address=127.0.0.1:0"];
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      exporter = start(exporterkit, flags);
      const [, address] = await exporter.line(/msg=listening address=(127\S+)/);
      for (const args of [[`http://${address}/metrics`], ["--unix-socket", socket, "http://localhost/metrics"]]) {
        const { status, body } = await curl(...args);
        expect(status).toBe(200);
        expect(body).toContain("node_load1 ");
      }
      await exporter.stop(signal);
      exporter = undefined;
    }
    await expect(stat(socket)).rejects.toThrow("ENOENT");
  });

  it.skipIf(!hasCommand("systemd-socket-activate", "systemd"))(
    "wakes the exporter that systemd starts for its sockets (needs the Debian package systemd)",
    async () => {
      const socket = join(folder, "systemd.sock");
      const port = await freePort();
      const listen = ["-l", socket, "-l", `127.0.0.1:${port}`];
      exporter = start("systemd-socket-activate", [...listen, process.execPath, exporterkit, "--web.systemd-socket"]);
      await exporter.line(/Listening on 127/);
      const [first, second] = await Promise.all([
        curl("--unix-socket", socket, "http://localhost/metrics"),
        curl(`http://127.0.0.1:${port}/-/ready`),
      ]);
      expect(first).toMatchObject({ status: 200, body: expect.stringContaining("node_load1 ") });
      expect(second).toMatchObject({ status: 200, body: "Ready.\n" });
      expect(await exporter.stop()).toBe(0);
      exporter = undefined;
    },
  );
});

it("without a socket of systemd's, the command says so and ends with 1", async () => {
  const child = start(exporterkit, ["--web.systemd-socket"]);
  await child.line(/^error: No socket was handed over by systemd: .* Start the service by its socket unit/);
  expect(await child.ended).toBe(1);
});

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "a real Prometheus (needs the Debian package prometheus)",
  () => {
    let prometheus: PrometheusServer;
    const clients = new Set<Socket>();
    let isDone = false;

    afterEach(async () => {
      isDone = true;
      for (const client of clients) client.destroy();
      await prometheus?.stop();
    });

    it("scrapes while 1,000 connections never finish their requests, and come again when they are closed", async () => {
      exporter = start(exporterkit, ["--web.listen-address=127.0.0.1:0"]);
      const [, address] = await exporter.line(/msg=listening address=(\S+)/);
      const port = Number(address!.split(":")[1]);
      const timing = { scrape_interval: "2s", scrape_timeout: "2s" };
      prometheus = await startPrometheusWith([
        { job_name: "exporterkit", static_configs: [{ targets: [address] }], ...timing },
      ]);
      await prometheus.queryUntil("up", (results) => results[0]?.value === 1);

      let opened = 0;
      const attack = (): void => {
        if (isDone) return;
        const client = connect(port, "127.0.0.1");
        clients.add(client);
        client.once("connect", () => {
          opened++;
          client.write("GET /metrics HTTP/1.1\r\nHost: x\r\n");
        });
        const drip = setInterval(() => client.write("X-Slow: a\r\n"), 500);
        client.on("error", () => {});
        client.once("close", () => {
          clearInterval(drip);
          clients.delete(client);
          // At most a thousand in a second: what is tried is the exporter, not this machine.
          setTimeout(attack, 1000);
        });
      };
      for (let i = 0; i < 1000; i++) attack();
      await expect.poll(() => opened).toBeGreaterThanOrEqual(1000);

      for (let i = 0; i < 20; i++) {
        const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(10_000) });
        expect(response.status).toBe(200);
        expect(await response.text()).toContain("node_load1 ");
      }
      await prometheus.queryUntil("count_over_time(up[1m])", (results) => (results[0]?.value ?? 0) >= 5);
      const [mean] = await prometheus.query("avg_over_time(up[1m])");
      expect(mean?.value).toBe(1);
    });
  },
);
