import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { defineProbe, type Exporter, startExporter } from "exporterkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./debian-package.ts";
import { type PrometheusServer, startPrometheus } from "./prometheus-server.ts";

async function startDevice(celsius: number): Promise<Server> {
  const device = createServer((_, response) => response.end(JSON.stringify({ celsius }))).listen(0, "127.0.0.1");
  await once(device, "listening");
  return device;
}

const thermostat = defineProbe({
  name: "thermostat",
  async probe(target, scrape, { fetch }) {
    const { celsius } = (await (await fetch(`http://${target}/rooms`)).json()) as { celsius: number };
    scrape.gauge({ name: "room_celsius", help: "Temperature." }).set(celsius);
  },
});

/** The scrape configuration of the page on multi-target probes, with other addresses. */
async function scrapeConfigs(targets: readonly string[], exporter: string): Promise<string> {
  const page = await readFile(new URL("../../docs/multi-target.md", import.meta.url), "utf8");
  const [, config] = /^```yaml\n([^]*?)^```$/m.exec(page)!;
  const addresses = ["thermostat-1.example:80", "thermostat-2.example:80"];
  return targets
    .reduce((text, target, i) => text.replace(addresses[i]!, target), config!)
    .replace("localhost:9999", exporter);
}

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "a real Prometheus with targets to probe (needs the Debian package prometheus)",
  () => {
    let devices: Server[];
    let targets: string[];
    let exporter: Exporter;
    let prometheus: PrometheusServer;

    beforeAll(async () => {
      devices = [await startDevice(19.5), await startDevice(21)];
      targets = devices.map((device) => `127.0.0.1:${(device.address() as AddressInfo).port}`);
      exporter = await startExporter({
        listenAddress: "127.0.0.1:0",
        collectors: [],
        probe: { probes: [thermostat], targets: { allow: ["127.0.0.1"] } },
      });
      prometheus = await startPrometheus(await scrapeConfigs(targets, exporter.address));
    });
    afterAll(async () => {
      await prometheus?.stop();
      await exporter?.stop();
      for (const device of devices) device.close();
    });

    async function byInstance(query: string, count: number): Promise<(readonly [string | undefined, number])[]> {
      const results = await prometheus.queryUntil(query, (found) => found.length === count);
      return results.map(({ metric, value }) => [metric["instance"], value] as const);
    }

    it("has the metrics of each, by the target's name", async () => {
      const expected = (values: number[]): unknown =>
        expect.arrayContaining(targets.map((target, i) => [target, values[i]]));
      expect(await byInstance("room_celsius", 2)).toEqual(expected([19.5, 21]));
      expect(await byInstance("probe_success", 2)).toEqual(expected([1, 1]));
      expect(await byInstance('up{job="thermostats"}', 2)).toEqual(expected([1, 1]));
      expect(await byInstance("probe_duration_seconds > 0", 2)).toHaveLength(2);
      expect(await prometheus.query("process_cpu_seconds_total")).toEqual([]);
    });

    it("sees one that is gone fail, without its metrics, beside the other", async () => {
      devices[1]!.closeAllConnections();
      devices[1]!.close();
      expect(await byInstance("probe_success == 0", 1)).toEqual([[targets[1], 0]]);
      expect(await byInstance("room_celsius", 1)).toEqual([[targets[0], 19.5]]);
      expect(await byInstance("up == 1", 2)).toHaveLength(2);
    });
  },
);
