import { execFile } from "node:child_process";
import { readFile, rename, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "@exporterkit/client/parse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { type NginxServer, startNginx } from "./nginx-server.ts";

const formats = {
  combined: { log_format: undefined, ours: "combined" },
  plain: {
    log_format: `plain '$remote_addr $time_iso8601 "$request" $status $body_bytes_sent $request_time "$http_user_agent"'`,
    ours: `{ nginx: '$remote_addr $time_iso8601 "$request" $status $body_bytes_sent $request_time "$http_user_agent"' }`,
  },
  json: {
    log_format: `json escape=json '{"uri":"$request_uri","method":"$request_method","status":$status,"agent":"$http_user_agent"}'`,
    ours: "json",
  },
  text: {
    log_format: `text escape=json '{"request":"$request","status":"$status","agent":"$http_user_agent"}'`,
    ours: `{ nginx: '{"request":"$request","status":"$status","agent":"$http_user_agent"}', escape: json }`,
  },
} as const;

const labelsOfAll = "{ method: method, path: { field: path, path: true }, status: status, agent: http_user_agent }";
const labelsOfJson = "{ method: method, path: { field: uri, path: true }, status: status, agent: agent }";

describe.skipIf(!hasCommand("nginx", "nginx-light"))("logs of nginx (needs the Debian package nginx-light)", () => {
  let nginx: NginxServer;
  let folder: string;
  let exporter: Child;
  let metrics: string;

  beforeEach(async () => {
    nginx = await startNginx({
      workers: 2,
      http: logFormats(),
      server:
        "location = /up { return 200; access_log off; } location / { return 404; } location /users/ { return 200 user; }",
    });
    folder = nginx.folder;
    await writeFile(join(folder, "logs.yml"), exporterConf());
    await startExporter();
    await expect.poll(async () => get("/up").catch(() => 0)).toBe(200);
  });
  afterEach(async () => {
    expect(await exporter.stop()).toBe(0);
    await nginx.stop();
  });

  function logFormats(): string {
    const logs = Object.entries(formats).map(([name, { log_format: format }]) => {
      return `${format === undefined ? "" : `log_format ${format};`} access_log ${name}.log ${name};`;
    });
    return logs.join("\n");
  }

  function exporterConf(): string {
    const sources = Object.entries(formats).map(
      ([name, { ours }]) => `
      - name: ${name}
        files: [${name}.log]
        format: ${ours}
        metrics:
          - name: ${name}_requests_total
            type: counter
            help: Requests.
            labels: ${name === "json" ? labelsOfJson : labelsOfAll}`,
    );
    return `modules:\n  logs:\n    state_file: state.json\n    sources:${sources.join("")}\n`;
  }

  async function startExporter(): Promise<void> {
    exporter = start(exporterkit, [`--config.file=${join(folder, "logs.yml")}`, "--web.listen-address=127.0.0.1:0"]);
    metrics = `${(await exporter.line(/ url=(\S+)/))[1]}metrics`;
  }

  function get(path: string, agent = "test"): Promise<number> {
    return new Promise((resolve, reject) => {
      request({ port: nginx.port, host: "127.0.0.1", path, headers: { "user-agent": agent } }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode!));
      })
        .on("error", reject)
        .end();
    });
  }

  /** The counters of a format, by their labels. */
  async function counts(name: string): Promise<Record<string, number>> {
    const families = parse(await (await fetch(metrics)).text());
    const { samples = [] } = families.find((family) => family.name === `${name}_requests_total`) ?? {};
    return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(" "), value]));
  }

  it("are counted by each format, through renames with nginx -s reopen and a restart of the exporter", async () => {
    const odd = String.raw`a "quoted\" agent" äöü`;
    for (let i = 0; i < 20; i++) await get(`/users/${i}?a=b`);
    for (let i = 0; i < 5; i++) await get("/none", Buffer.from(odd).toString("latin1"));
    const expected = { "GET /users/:id 200 test": 20, [`GET /none 404 ${odd}`]: 5 };
    for (const name of Object.keys(formats)) await expect.poll(() => counts(name), { message: name }).toEqual(expected);

    for (const name of Object.keys(formats)) await rename(join(folder, `${name}.log`), join(folder, `${name}.log.1`));
    // Until it opens its logs again, nginx writes to those that were renamed.
    for (let i = 0; i < 3; i++) await get("/users/1");
    await promisify(execFile)("nginx", ["-p", folder, "-c", "nginx.conf", "-s", "reopen", "-e", "stderr"]);
    await expect.poll(() => readFile(join(folder, "combined.log"), "utf8").catch(() => undefined)).toBeDefined();
    for (let i = 0; i < 4; i++) await get("/users/2");
    const after = { ...expected, "GET /users/:id 200 test": 27 };
    for (const name of Object.keys(formats)) await expect.poll(() => counts(name), { message: name }).toEqual(after);

    await exporter.stop("SIGKILL");
    for (let i = 0; i < 6; i++) await get("/users/3");
    await startExporter();
    for (const name of Object.keys(formats))
      await expect.poll(() => counts(name), { message: name }).toEqual({ "GET /users/:id 200 test": 6 });
  });
});
