import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { freePort } from "./free-port.ts";
import { type PrometheusServer, startPrometheusWith } from "./prometheus-server.ts";

const run = promisify(execFile);
const page = await readFile(new URL("../../docs/json.md", import.meta.url), "utf8");
let folder: string;
const children: Child[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "exporterkit-json-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server, and returns its `host:port`. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts the exporter with a configuration, and returns its `host:port`. */
async function startExporter(name: string, yaml: string): Promise<{ address: string; file: string }> {
  const file = join(folder, name);
  await writeFile(file, yaml);
  const child = start(exporterkit, [
    `--config.file=${file}`,
    "--web.listen-address=127.0.0.1:0",
    "--web.enable-lifecycle",
  ]);
  children.push(child);
  const [, address] = await child.line(/listening.* url=http:\/\/([^/ ]+)\//);
  return { address: address!, file };
}

async function get(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

it("the quick start does what its page says", async () => {
  const [, program] = /^```js\n([^]*?)^```$/m.exec(page)!;
  const [, yaml] = /^```yaml\n([^]*?)^```$/m.exec(page)!;
  const [, output] = /^```text\n([^]*?)^```$/m.exec(page)!;
  const port = await freePort();
  await writeFile(join(folder, "shop.mjs"), `${program!.replace("8080", String(port))}\nconsole.log("started");`);
  await writeFile(join(folder, "shop.yml"), yaml!.replace("8080", String(port)));
  const shop = start(process.execPath, [join(folder, "shop.mjs")]);
  children.push(shop);
  await shop.line(/^started$/);
  expect((await run(exporterkit, ["check", "shop.yml"], { cwd: folder })).stdout).toBe("shop.yml: ok\n");
  const { stdout, stderr } = await run(exporterkit, ["try", "shop.yml"], { cwd: folder });
  const literals = output!.trimEnd().split("…");
  const pattern = literals.map((literal) => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join(".*");
  expect(stdout.trimEnd()).toMatch(new RegExp(`^${pattern}$`));
  expect(stderr).toBe("");
});

it("a reload asks by the new expressions, for targets and probes, and a wrong file changes nothing", async () => {
  const target = await serve((_, response) => response.end('{"a":1,"b":2}'));
  const yaml = (value: string): string => `
modules:
  json:
    modules: { api: { probe: { allow: [127.0.0.1] }, metrics: [{ name: n, help: N., value: ${value} }] } }
    targets: [{ module: api, url: "http://${target}" }]
`;
  const { address, file } = await startExporter("reload.yml", yaml("a"));
  const both = async (): Promise<(string | undefined)[]> => {
    const paths = ["metrics", `probe?module=api&target=${target}`];
    const texts = await Promise.all(paths.map((path) => get(`http://${address}/${path}`)));
    return texts.map((text) => /^n (.*)$/m.exec(text)?.[1]);
  };
  const reload = async (): Promise<string> => {
    const response = await fetch(`http://${address}/-/reload`, { method: "POST" });
    return `${response.status} ${await response.text()}`;
  };
  expect(await both()).toEqual(["1", "1"]);
  await writeFile(file, yaml("a b"));
  expect(await reload()).toMatch(
    /^500 .*reload\.yml:4:92: modules\.json\.modules\.api\.metrics\[0\]\.value: is no JSONata expression/s,
  );
  expect(await both()).toEqual(["1", "1"]);
  await writeFile(file, yaml("b"));
  expect(await reload()).toMatch(/^200/);
  expect(await both()).toEqual(["2", "2"]);
});

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "a real Prometheus (needs the Debian package prometheus)",
  () => {
    let prometheus: PrometheusServer | undefined;
    afterEach(async () => await prometheus?.stop());

    it("has targets of the configuration and of its own, and sees which of them is down", async () => {
      const answers = { n: 1, rooms: [{ name: "hall", celsius: "19.5 °C" }] };
      const listener: RequestListener = ({ url }, response) =>
        response.end(
          JSON.stringify({ ...answers, asked: new URL(url!, "http://a").searchParams.get("floor") ?? "none" }),
        );
      const [first, second] = [await serve(listener), await serve(listener)];
      const hostile = await serve((_, response) => response.end(JSON.stringify({ s: `${"a".repeat(60)}b` })));
      const gone = `127.0.0.1:${await freePort()}`;
      const { address } = await startExporter(
        "prometheus.yml",
        `
modules:
  json:
    evaluation: { timeout: 1s }
    modules:
      rooms:
        url: /?floor={{floor:-0}}
        probe: { allow: [127.0.0.1] }
        metrics:
          - name: room_celsius
            help: Temperature.
            each: rooms
            value: celsius
            convert: leading_number
            labels: { room: name, floor: $$.asked }
      hostile:
        metrics: [{ name: hostile, help: H., value: "$contains(s, /(a+)+$/) ? 1 : 0" }]
    targets:
      - { module: rooms, name: first, url: "http://${first}", parameters: { floor: "1" } }
      - { module: rooms, name: gone, url: "http://${gone}", fixed_labels: { house: gone } }
      - { module: hostile, url: "http://${hostile}" }
`,
      );
      prometheus = await startPrometheusWith([
        { job_name: "static", scrape_interval: "5s", scrape_timeout: "5s", static_configs: [{ targets: [address] }] },
        {
          job_name: "probes",
          metrics_path: "/probe",
          scrape_interval: "5s",
          scrape_timeout: "5s",
          params: { module: ["rooms"], floor: ["2"] },
          static_configs: [{ targets: [second, gone] }],
          relabel_configs: [
            { source_labels: ["__address__"], target_label: "__param_target" },
            { source_labels: ["__param_target"], target_label: "instance" },
            { target_label: "__address__", replacement: address },
          ],
        },
      ]);
      const rooms = await prometheus.queryUntil("room_celsius", (results) => results.length === 2);
      expect(
        rooms.map(({ metric: { job, instance, room, floor }, value }) => [job, instance, room, floor, value]),
      ).toEqual(
        expect.arrayContaining([
          ["static", address, "hall", "1", 19.5],
          ["probes", second, "hall", "2", 19.5],
        ]),
      );
      const states = async (query: string, label: string, count: number): Promise<unknown> => {
        const results = await prometheus!.queryUntil(query, (found) => found.length === count);
        return Object.fromEntries(results.map(({ metric, value }) => [metric[label], value]));
      };
      expect(await states('json_target_up{job="static"}', "target", 3)).toEqual({ first: 1, gone: 0, hostile: 0 });
      expect(await states("probe_success", "instance", 2)).toEqual({ [second]: 1, [gone]: 0 });
      expect(await states("up == 1", "instance", 3)).toEqual({ [address]: 1, [second]: 1, [gone]: 1 });
    });
  },
);
