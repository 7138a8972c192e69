import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrape-config-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const rooms = defineModule({
  name: "rooms",
  description: "Temperatures of rooms.",
  schema: z.strictObject({ halls: z.array(z.string()).default([]) }),
  collectors: () => [],
  probes: ({ halls }) => [
    { name: "hall", targets: { names: halls }, probe: () => {} },
    { name: "thermostat", targets: { allow: ["*.example.com:80"] }, probe: () => {} },
  ],
});
const command = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0", modules: [rooms] };

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => !!(written.out += String(text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => !!(written.err += String(text)));
  return { code: await runCommand(command, ["scrape-config", ...args]), ...written };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

// Of the password "sesame".
const hash = "$2y$05$8H/6yKDLK3Rl0iH0LlVh5.SwkmEDYfTDcg2JY7gFZUe0kL0CTNVG2";

it("prints a job for the exporter where it listens, and one for each probe", async () => {
  const config = file(
    "rooms.yml",
    "web: { listen_addresses: ['unix:/run/rooms', '[::]:9100'] }\nmodules: { rooms: { halls: [a, b] } }\n",
  );
  const { code, out } = await run("--config.file", config);
  expect(code).toBe(0);
  expect(out).toBe(`scrape_configs:
  - job_name: rooms-exporter
    static_configs:
      - targets: [localhost:9100]
  - job_name: rooms-exporter-hall
    metrics_path: /probe
    params:
      module: [hall]
    static_configs:
      - targets: [a, b]
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - source_labels: [__param_module]
        target_label: module
      - target_label: __address__
        replacement: localhost:9100
  - job_name: rooms-exporter-thermostat
    metrics_path: /probe
    params:
      module: [thermostat]
    # Add what is to be probed; the exporter allows *.example.com:80.
    static_configs:
      - targets: []
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - source_labels: [__param_module]
        target_label: module
      - target_label: __address__
        replacement: localhost:9100
`);
});

it("has what the web configuration asks for, and no password", async () => {
  const web = file(
    "web.yml",
    `tls_server_config: { cert_file: a.crt, key_file: a.key, client_auth_type: RequireAnyClientCert }
basic_auth_users: { prometheus: "${hash}" }
`,
  );
  const { out } = await run("--web.config.file", web, "--address", "rooms.example:443", "--web.telemetry-path=/m");
  expect(out).toBe(`scrape_configs:
  - job_name: rooms-exporter
    metrics_path: /m
    # tls_config:
    #   ca_file: ca.crt # unless the system knows who has signed the certificate
    #   cert_file: prometheus.crt # required
    #   key_file: prometheus.key
    scheme: https
    # The file holds the password itself, not its hash, and nothing else.
    basic_auth:
      username: prometheus
      password_file: rooms-exporter.password
    static_configs:
      - targets: [rooms.example:443]
`);
});

it("leaves the targets to files or to the exporter", async () => {
  const config = file("rooms.yml", "modules: { rooms: { halls: [a] } }\n");
  const files = await run("--config.file", config, "--kind", "file_sd");
  expect(files.out).toContain('# The file holds [{"targets":["localhost:9999"]}]');
  expect(files.out).toContain('# The file holds [{"targets":["a"]}]');
  expect(files.out).toContain("files: [targets/rooms-exporter-hall.json]");
  const http = await run("--config.file", config, "--kind", "http_sd");
  expect(parse(http.out)).toEqual({
    scrape_configs: [{ job_name: "rooms-exporter", http_sd_configs: [{ url: "http://localhost:9999/sd" }] }],
  });
});

it("is a whole configuration with files of rules", async () => {
  expect(parse((await run("--rule-files", "a.yml", "--rule-files", "b/*.yml")).out)).toMatchObject({
    global: { evaluation_interval: "15s" },
    rule_files: ["a.yml", "b/*.yml"],
    scrape_configs: [{ job_name: "rooms-exporter" }],
  });
});

it.each([
  [
    ["--web.listen-address=unix:/a"],
    "Prometheus can reach none of unix:/a: give the host:port of what stands before it",
  ],
  [["--address=http://a"], 'Address "http://a" is malformed: write host:port.'],
  [["--kind=dns"], "Allowed choices are static, file_sd, http_sd, kubernetes."],
])("says what is wrong with %j", async (args, problem) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(problem);
});
