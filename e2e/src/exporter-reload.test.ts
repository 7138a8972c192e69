import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exporterkit } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { type PrometheusServer, startPrometheus } from "./prometheus-server.ts";

const run = promisify(execFile);
const isThere = [hasCommand("prometheus", "prometheus"), hasCommand("curl", "curl")].every(Boolean);

describe.skipIf(!isThere)("a reload (needs the Debian packages prometheus and curl)", () => {
  const withHost = "modules: { host: {} }\n";
  const withoutHost = "modules: {}\n";
  let folder: string;
  let file: string;
  let child: ReturnType<typeof spawn>;
  let log: string[];
  let url: string;
  let prometheus: PrometheusServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-reload-"));
    file = join(folder, "exporterkit.yml");
    await writeFile(file, withHost);
    const flags = ["--web.listen-address=127.0.0.1:0", "--web.enable-lifecycle", `--config.file=${file}`];
    child = spawn(exporterkit, flags, { stdio: ["ignore", "inherit", "pipe"] });
    log = [];
    createInterface(child.stderr!).on("line", (line) => log.push(line));
    url = await vi.waitFor(() => / url=(\S+)/.exec(log.join("\n"))![1]!, { timeout: 10_000 });
    prometheus = await startPrometheus([new URL(url).host]);
    await is("up", 1);
    await is("count(node_load1)", 1);
  });
  afterEach(async () => {
    await prometheus?.stop();
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(0);
    await rm(folder, { recursive: true });
  });

  /** Resolves once Prometheus has it so. */
  async function is(query: string, value: number): Promise<void> {
    await prometheus.queryUntil(query, (results) => results[0]?.value === value);
  }

  async function logged(pattern: RegExp): Promise<void> {
    await vi.waitFor(() => expect(log.join("\n")).toMatch(pattern), 10_000);
  }

  it("by SIGHUP takes a good file, and says what is wrong with a bad one while the old goes on", async () => {
    await writeFile(file, "modules: { hots: {} }\n");
    child.kill("SIGHUP");
    await logged(/exporterkit\.yml:1:12: .*hots.*did you mean \\?"host\\?"/);
    await is("exporterkit_config_last_reload_successful", 0);
    await is("count(node_load1)", 1);

    await writeFile(file, withoutHost);
    child.kill("SIGHUP");
    await logged(/configuration reloaded/);
    await is("exporterkit_config_last_reload_successful", 1);
    await is("count(node_load1) or vector(0)", 0);
    await is("up", 1);
    expect(await (await fetch(`${url}config`)).text()).toMatch(/^modules: \{\}$/m);
  });

  it("by curl is answered with how it went", async () => {
    const post = async (): Promise<string> =>
      (await run("curl", ["--silent", "--request", "POST", "--write-out", " %{http_code}", `${url}-/reload`])).stdout;
    await writeFile(file, "web: { listen_addresses: [nowhere] }\n");
    expect(await post()).toMatch(/^Not reloaded, [^]*exporterkit\.yml:1:\d+: web\.listen_addresses[^]* 500$/);
    await is("exporterkit_config_last_reload_successful", 0);
    await writeFile(file, withoutHost);
    expect(await post()).toBe("Reloaded.\n 200");
    await is("count(node_load1) or vector(0)", 0);
    await is("up", 1);
  });
});
