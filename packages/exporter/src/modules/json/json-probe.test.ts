import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import type { z } from "zod";
import { readConfig } from "../../config/read-config.ts";
import { type Exporter, startExporter } from "../../server/exporter.ts";
import { closeServers, serveJson } from "./fixtures/json-server.ts";
import type { JsonConfig } from "./json-config.ts";
import { jsonModule } from "./module.ts";

const folder = mkdtempSync(join(tmpdir(), "json-probe-"));
afterAll(() => rmSync(folder, { recursive: true }));

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let exporter: Exporter | undefined;
afterEach(async () => {
  await exporter?.stop();
  closeServers();
});

/** Starts an exporter whose module `api` has these fields. */
async function start(allow: string, fields = ""): Promise<void> {
  for (const method of Object.values(log)) method.mockClear();
  const metrics = "metrics: [{ name: n, help: N., value: n }, { name: m, help: M., value: m }]";
  writeFileSync(join(folder, "c.yml"), `modules: { api: { probe: { allow: [${allow}] }, ${metrics}${fields} } }\n`);
  const { config } = await readConfig([join(folder, "c.yml")], jsonModule.schema as z.ZodType<JsonConfig>);
  const probes = jsonModule.probes!(config, { logger: log });
  exporter = await startExporter({ collectors: [], listenAddress: "127.0.0.1:0", logger: log, probe: { probes } });
}

async function probe(target: string, rest: Record<string, string> = {}): Promise<{ status: number; lines: string[] }> {
  const query = new URLSearchParams({ module: "api", target, ...rest });
  const response = await fetch(`${exporter!.url}probe?${query.toString()}`);
  const lines = (await response.text()).split("\n");
  return { status: response.status, lines: lines.filter((line) => line !== "" && !/^#|duration/.test(line)) };
}

const logged = (): string => JSON.stringify([log.warn.mock.calls, log.error.mock.calls]);

it("a probe has the metrics that can be made, by host and port or by URL, and keeps its connection", async () => {
  const ports = new Set<number>();
  const { origin, requests } = await serveJson((request, response) => {
    ports.add(request.socket.remotePort!);
    response.end('{"n":1}');
  });
  await start("127.0.0.1", ", url: stats");
  const target = new URL(origin).host;
  const state = (shown: string): string[] => [
    `json_response_status_code{target="${shown}",module="api",request="1"} 200`,
    `json_target_failed_metrics{target="${shown}",module="api"} 1`,
    `json_target_up{target="${shown}",module="api"} 1`,
    "n 1",
    "probe_success 1",
  ];
  expect(await probe(target)).toEqual({ status: 200, lines: state(target) });
  expect(await probe(target)).toEqual({ status: 200, lines: state(target) });
  expect(ports.size).toBe(1);
  expect((await probe(`${origin}/a/b?key=sesame`)).lines).toEqual(state(`${origin}/a/b`));
  expect(requests.map(({ url }) => url)).toEqual(["/stats", "/stats", "/a/stats"]);
  expect(logged()).not.toContain("sesame");
  expect(log.error.mock.calls.length).toBe(2);
});

it("a target that is down is a probe that fails, and the log says why", async () => {
  const gone = await serveJson({});
  gone.close();
  await start("127.0.0.1");
  expect((await probe(new URL(gone.origin).host)).lines).toEqual(["probe_success 0"]);
  expect(logged()).toContain("ECONNREFUSED");
});

it("parameters are those of the module, and one that is missing is named", async () => {
  const { origin, requests } = await serveJson({ n: 1 });
  await start("127.0.0.1", ', url: "/{{site}}", headers: { X-A: "{{a:-none}}" }');
  const target = new URL(origin).host;
  expect((await probe(target, { site: "x y", a: "b", other: "c" })).lines).toContain("probe_success 1");
  expect(requests[0]).toMatchObject({ url: "/x%20y", headers: { "x-a": "b" } });
  expect((await probe(target)).lines).toEqual(["probe_success 0"]);
  expect(logged()).toContain("parameter site is missing; add &site=… to the probe");
});

it.each([
  ["a target that no rule names", "10.0.0.1", "", (): string => "127.0.0.1:80", "403"],
  [
    "a name whose address no rule has",
    "localhost",
    "",
    (port: string): string => `localhost:${port}`,
    "its address 127.0.0.1 is a loopback address",
  ],
  [
    "a URL of the module elsewhere",
    "127.0.0.1",
    ', url: "http://10.0.0.1/"',
    (port: string): string => `127.0.0.1:${port}`,
    "10.0.0.1",
  ],
  [
    "a redirect to elsewhere",
    "127.0.0.1",
    ", url: /away",
    (port: string): string => `127.0.0.1:${port}`,
    "redirects to another origin, http://169.254.169.254",
  ],
  [
    "a next page elsewhere",
    "127.0.0.1",
    ", pages: { next: next }",
    (port: string): string => `127.0.0.1:${port}`,
    "the next page is at another origin, http://169.254.169.254",
  ],
  [
    "a path that no rule has",
    "http://127.0.0.1/allowed",
    ', url: "/other"',
    (port: string): string => `http://127.0.0.1:${port}/allowed/a`,
    "403",
  ],
])("%s is refused", async (_, allow, fields, targetOf, error) => {
  const { origin, requests } = await serveJson(({ url }, response) => {
    if (url === "/away") response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
    else response.end('{"n":1,"next":"http://169.254.169.254/"}');
  });
  const { port } = new URL(origin);
  await start(`"${allow}"`, fields);
  const { status, lines } = await probe(targetOf(port));
  if (error === "403") expect(status).toBe(403);
  else {
    expect(lines).toEqual(["probe_success 0"]);
    expect(logged()).toContain(error);
  }
  expect(requests.every(({ url }) => url === "/" || url === "/away")).toBe(true);
});

it("a rule for a URL holds for what the module makes of it", async () => {
  const { origin, requests } = await serveJson({ n: 1 });
  await start(`"${origin}/allowed"`, ', url: "{{path}}"');
  const target = `${origin}/allowed/`;
  expect((await probe(target, { path: "a" })).lines).toContain("n 1");
  expect((await probe(target, { path: ".." })).lines).toEqual(["probe_success 0"]);
  expect((await probe(target, { path: "/other" })).lines).toEqual(["probe_success 0"]);
  expect(requests.map(({ url }) => url)).toEqual(["/allowed/a"]);
});
