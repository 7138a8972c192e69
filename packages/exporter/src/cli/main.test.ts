import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { version } from "../version.ts";

const command = fileURLToPath(new URL("../../bin/exporterkit.js", import.meta.url));

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 10_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("a wrong command line", () => {
  it.each([
    ["--foo", "unknown option '--foo'"],
    ["extra", 'Argument "extra" is not understood'],
    ["--web.listen-address", "argument missing"],
    ["--web.listen-address=9999", 'Listen address "9999" is malformed: write host:port, :port or [v6]:port'],
    ["--web.listen-address=:99999", 'Listen address ":99999" is malformed'],
    ["--web.listen-address=::1:9999", 'Listen address "::1:9999" is malformed'],
    ["--web.listen-address=unix:relative.sock", 'Listen address "unix:relative.sock" is malformed'],
    ["--web.config.file=/missing/web.yml", "/missing/web.yml: cannot be read: there is no such file; correct its name"],
    ["--web.telemetry-path=metrics", 'Telemetry path "metrics" is malformed: write it as it stands in a URL'],
    ["--web.telemetry-path=/a?b", 'Telemetry path "/a?b" is malformed'],
    ["--web.telemetry-path=/a/../b", 'Telemetry path "/a/../b" is malformed'],
    ["--web.telemetry-path=//evil.example", 'Telemetry path "//evil.example" is malformed'],
    ["--web.telemetry-path=/-/ready", 'Telemetry path "/-/ready" is taken by another page'],
    ["--collector.none", "unknown option '--collector.none'"],
    ["--collector.netdev.device-exclude=(", "--collector.netdev.device-exclude: is no regular expression"],
    ["--path.procfs=", "--path.procfs: "],
    ["--log.level=loud", "Allowed choices are debug, info, warn, error"],
    ["--log.format=xml", "Allowed choices are logfmt, json"],
  ])("%s is answered in a sentence, with exit code 2", (argument, message) => {
    const { code, out, err } = run(argument);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});

it("says what is wrong with its configuration, a line each, with exit code 2", () => {
  const folder = mkdtempSync(join(tmpdir(), "main-"));
  const file = join(folder, "a.yml");
  writeFileSync(file, "web:\n  listen_adresses: []\n  max_scrapes: many\n");
  const { code, out, err } = run(`--config.file=${file}`);
  expect(err).toBe(
    `${file}:2:3: web: unknown key "listen_adresses"; did you mean "listen_addresses"?\n` +
      `${file}:3:16: web.max_scrapes: expected a number, not a text; write it in digits\n`,
  );
  expect({ code, out }).toEqual({ code: 2, out: "" });
  rmSync(folder, { recursive: true });
});

describe("an address that cannot be listened on", () => {
  it("is named with exit code 1 when the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, err } = run(`--web.listen-address=127.0.0.1:${port}`);
    other.close();
    expect(err).toBe(
      `error: Cannot listen on 127.0.0.1:${port}: the port is in use; stop the program that has it or choose another port.\n`,
    );
    expect(code).toBe(1);
  });

  it("is named with exit code 1 when the machine does not have it", () => {
    const { code, err } = run("--web.listen-address=192.0.2.1:0");
    expect(err).toContain("Cannot listen on 192.0.2.1:0: no interface of this machine has that address");
    expect(code).toBe(1);
  });
});

it("prints its version and its help", () => {
  expect(run("--version")).toMatchObject({ code: 0, err: "" });
  expect(run("--version").out).toContain(`exporterkit ${version} (Node.js ${process.version}`);
  const { code, out } = run("--help");
  expect(code).toBe(0);
  for (const flag of [
    "--config.file",
    "check",
    "try",
    "schema",
    "--web.listen-address",
    "--web.config.file",
    "--web.systemd-socket",
    "--web.enable-lifecycle",
    "--web.telemetry-path",
    "--web.disable-exporter-metrics",
    "--log.level",
    "--log.format",
  ]) {
    expect(out).toContain(flag);
  }
});

describe("while it serves", () => {
  const running = new Set<ReturnType<typeof spawn>>();
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
  });

  /** Starts the command and resolves to its address and its exit code to come. */
  async function serve(
    ...args: string[]
  ): Promise<{ url: string; kill: (signal: NodeJS.Signals) => void; code: Promise<number | null>; log: string[] }> {
    const child = spawn(process.execPath, [command, "--web.listen-address=127.0.0.1:0", ...args], {
      stdio: ["ignore", "inherit", "pipe"],
    });
    running.add(child);
    const log: string[] = [];
    const lines = createInterface(child.stderr);
    const code = once(child, "close").then(([exitCode]) => exitCode as number | null);
    const url = await new Promise<string>((resolve) => {
      lines.on("line", (line) => {
        log.push(line);
        const found = /http:\/\/[^\s"]+/.exec(line);
        if (found) resolve(found[0]);
      });
    });
    return { url, kill: (signal) => void child.kill(signal), code, log };
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s lets the scrape in flight finish and ends it with exit code 0",
    async (signal) => {
      const { url, kill, code } = await serve();
      // The first scrape takes a tenth of a second: it waits for the CPU usage.
      const scrape = fetch(`${url}metrics`);
      await (await fetch(`${url}-/healthy`)).text();
      kill(signal);
      const response = await scrape;
      expect(await response.text()).toMatch(/system_usage\{resource_type="CPU"\} [\d.]+/);
      expect(await code).toBe(0);
    },
  );

  it("logs in the format and from the level asked for", async () => {
    const json = await serve("--log.format=json");
    json.kill("SIGTERM");
    await json.code;
    expect(json.log.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: "info", msg: "listening", url: json.url }),
      expect.objectContaining({ level: "info", msg: "stopping", signal: "SIGTERM" }),
    ]);
    const logfmt = await serve("--web.telemetry-path=/m");
    logfmt.kill("SIGTERM");
    await logfmt.code;
    expect(logfmt.log[0]).toMatch(/^time=\S+Z level=info msg=listening address=127\.0\.0\.1:\d+ url=\S+ version=\S+$/);
  });

  it("does as its configuration files say, and rather as the command line says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "main-"));
    const web = join(folder, "web.yml");
    writeFileSync(web, "web:\n  listen_addresses: [':1']\n  telemetry_path: /from-file\n");
    writeFileSync(join(folder, "log.yml"), "log: { level: debug, format: json }\n");
    const { url, kill, code, log } = await serve(
      `--config.file=${web}`,
      `--config.file=${folder}/l*.yml`,
      "--log.level=info",
    );
    expect(await (await fetch(`${url}from-file`)).text()).toContain("node_load1");
    kill("SIGTERM");
    await code;
    expect(JSON.parse(log[0]!)).toMatchObject({ msg: "configuration", files: `${web} ${folder}/log.yml` });
    rmSync(folder, { recursive: true });
  });

  it("runs the collectors of the host that node_exporter's flags ask for", async () => {
    const { url, kill, code } = await serve("--collector.disable-defaults", "--collector.time", "--no-collector.uname");
    const text = await (await fetch(`${url}metrics`)).text();
    kill("SIGTERM");
    expect(await code).toBe(0);
    expect(text).toContain('\nnode_scrape_collector_success{collector="time"} 1\n');
    expect(text).not.toContain("node_load1");
  });

  it("refuses flags of a module that its configuration does not name", () => {
    const folder = mkdtempSync(join(tmpdir(), "main-"));
    const file = join(folder, "none.yml");
    writeFileSync(file, "modules: {}\n");
    expect(run(`--config.file=${file}`, "--no-collector.cpu")).toMatchObject({
      code: 2,
      err: expect.stringContaining('--collector.cpu is for the module "host", which does not run') as string,
    });
    rmSync(folder, { recursive: true });
  });

  it("listens on every address that is given, and on the default only without one", async () => {
    const { url, log, kill, code } = await serve("--web.listen-address=[::1]:0");
    await expect.poll(() => log.length).toBe(2);
    const [, second] = /address=(\[::1\]:\d+)/.exec(log[1]!)!;
    for (const each of [url, `http://${second}/`]) expect((await fetch(`${each}-/healthy`)).status).toBe(200);
    kill("SIGTERM");
    expect(await code).toBe(0);
  });

  it("serves the metrics at the path asked for", async () => {
    const { url, kill } = await serve("--web.telemetry-path=/node/metrics");
    expect(await (await fetch(`${url}node/metrics`)).text()).toContain("node_load1");
    expect((await fetch(`${url}metrics`)).status).toBe(404);
    expect(await (await fetch(url)).text()).toContain('<a href="./node/metrics">');
    kill("SIGTERM");
  });

  it("leaves out the metrics of its own process if that is asked for", async () => {
    const { url, kill } = await serve("--web.disable-exporter-metrics");
    const text = await (await fetch(`${url}metrics`)).text();
    expect(text).toContain("node_load1");
    expect(text).not.toContain("process_cpu_seconds_total");
    kill("SIGTERM");
  });
});
