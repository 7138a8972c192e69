import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished, vi } from "vitest";

interface App {
  readonly name: string;
  readonly script: string;
  readonly exec_mode: string;
  readonly env: Readonly<Record<string, string>>;
}

// What PM2 does for an app in cluster mode: a primary that knows nothing of metrics runs the script in its workers.
const clusterMode = `
  import cluster from "node:cluster";
  cluster.setupPrimary({ exec: process.argv[1], execArgv: [] });
  for (let i = 0; i < 2; i++) cluster.fork();
  cluster.on("exit", () => cluster.fork());`;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Starts an app as PM2 would, on ports that are free, and resolves to the port that it names. */
async function start(app: App, socket: string): Promise<string> {
  const program = app.exec_mode === "cluster" ? ["--input-type=module", "--eval", clusterMode] : [];
  const env = { ...process.env, ...app.env, EXPORTERKIT_METRICS_SOCKET: socket, PORT: "0", METRICS_PORT: "0" };
  const child = spawn(process.execPath, [...program, app.script], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => stop(child));
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  return /port: (\d+)/.exec(output.toString())![1]!;
}

it("one app serves the metrics of the workers of another", async () => {
  const { apps } = createRequire(import.meta.url)(
    fileURLToPath(new URL("../ecosystem.config.cjs", import.meta.url)),
  ) as { apps: App[] };
  const [metrics, app] = apps as [App, App];
  expect(app.env["EXPORTERKIT_METRICS_SOCKET"]).toBe(metrics.env["EXPORTERKIT_METRICS_SOCKET"]);
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, "metrics.sock");
  const url = `http://127.0.0.1:${await start(metrics, socket)}/metrics`;
  const page = `http://127.0.0.1:${await start(app, socket)}/`;
  const scrape = async (): Promise<string> => (await fetch(url)).text();
  await vi.waitFor(async () => expect(await scrape()).toContain('exporterkit_workers{state="fresh"} 2'), 10_000);
  for (let i = 0; i < 10; i++) await fetch(page, { headers: { connection: "close" } });
  expect(await scrape()).toContain('http_requests_total{method="GET"} 10');
}, 30_000);
