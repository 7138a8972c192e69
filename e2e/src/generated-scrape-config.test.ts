import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { defineModule, defineProbe, type Exporter, runCommand, startExporter } from "exporterkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { makePair } from "./certificates.ts";
import { hasCommand } from "./debian-package.ts";
import { startPrometheus } from "./prometheus-server.ts";

const hall = defineProbe({
  name: "hall",
  targets: { names: ["north", "south"] },
  probe(target, scrape) {
    scrape.gauge({ name: "room_celsius", help: "Temperature." }).set(target === "north" ? 17 : 21);
  },
});
const command = {
  name: "rooms",
  description: "Serves temperatures.",
  version: "1.0.0",
  modules: [
    defineModule({
      name: "rooms",
      description: "Temperatures of rooms.",
      schema: z.strictObject({}),
      collectors: () => [],
      probes: () => [hall, defineProbe({ name: "any", targets: { allow: ["*.example"] }, probe: () => {} })],
    }),
  ],
};

describe.skipIf(!hasCommand("promtool", "prometheus"))(
  "the scrape configuration (needs the Debian package prometheus)",
  () => {
    let folder: string;
    let exporter: Exporter;
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "exporterkit-scrape-config-"));
      file("rooms.yml", "modules: { rooms: {} }\n");
      const users = `basic_auth_users: { prometheus: "${hashSync("sesame", 4)}" }\n`;
      const tls = "tls_server_config: { cert_file: a, key_file: b, client_auth_type: RequireAnyClientCert }\n";
      file("tls.yml", users + tls);
      const authority = await makePair("authority");
      const { key, cert } = await makePair("localhost", authority);
      for (const [name, text] of Object.entries({ "ca.crt": authority.cert, "own.crt": cert, "own.key": key })) {
        file(name, text);
      }
      const secure = `${users}tls_server_config: { cert_file: own.crt, key_file: own.key }\n`;
      exporter = await startExporter({
        collectors: [],
        listenAddress: "127.0.0.1:0",
        webConfigFile: file("secure.yml", secure),
        probe: { probes: [hall] },
      });
    });
    afterAll(async () => {
      await exporter?.stop();
      rmSync(folder, { recursive: true });
    });

    async function scrapeConfig(...args: string[]): Promise<string> {
      let out = "";
      const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => !!(out += String(text)));
      const config = `--config.file=${join(folder, "rooms.yml")}`;
      expect(await runCommand(command, ["scrape-config", config, ...args])).toBe(0);
      write.mockRestore();
      return out;
    }

    it.each(["static", "file_sd", "http_sd", "kubernetes"])(
      "of the kind %s is well-formed to promtool",
      async (kind) => {
        for (const web of [[], [`--web.config.file=${join(folder, "tls.yml")}`, "--rule-files=rules/*.yml"]]) {
          // Debian's Prometheus is built without the discovery of Kubernetes; the rest of the job it can judge.
          const text = (await scrapeConfig("--kind", kind, ...web)).replace(
            /kubernetes_sd_configs:\n +- role: pod\n/,
            "static_configs: []\n",
          );
          const config = file(`${kind}.yml`, text);
          const { status, stdout, stderr } = spawnSync("promtool", ["check", "config", config], { encoding: "utf8" });
          expect(stdout + stderr).toContain("SUCCESS");
          expect(status).toBe(0);
        }
      },
    );

    it("is nothing that a stranger is told", async () => {
      const sent = request(`${exporter.url}sd`, { ca: readFileSync(join(folder, "ca.crt")) }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      expect(response.statusCode).toBe(401);
      response.resume();
    });

    it.each(["http_sd", "static"])(
      "of the kind %s leads Prometheus to the exporter and to its targets",
      async (kind) => {
        const web = `--web.config.file=${join(folder, "secure.yml")}`;
        const printed = await scrapeConfig("--kind", kind, "--address", exporter.address, web);
        // As the comments say.
        const config = printed
          .replaceAll(/^( *)# (tls_config:|  ca_file: )/gm, "$1$2")
          .replace(/^( *)- url: .*/m, "$&\n$1  tls_config: { ca_file: ca.crt }")
          .replaceAll("ca.crt", join(folder, "ca.crt"))
          .replaceAll("rooms.password", file("password", "sesame"));
        const prometheus = await startPrometheus(config);
        try {
          const targets = await prometheus.queryUntil("up == 1", (results) => results.length === 3);
          const instances = targets.map(({ metric }) => metric["instance"]);
          expect(new Set(instances)).toEqual(new Set([exporter.address, "north", "south"]));
          const celsius = await prometheus.queryUntil("room_celsius", (results) => results.length === 2);
          const rooms = celsius.map(({ metric, value }) => `${metric["instance"]} ${metric["module"]} ${value}`);
          expect(new Set(rooms)).toEqual(new Set(["north hall 17", "south hall 21"]));
          expect(await prometheus.query("exporterkit_build_info")).toHaveLength(1);
        } finally {
          await prometheus.stop();
        }
      },
    );
  },
);
