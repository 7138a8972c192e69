import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { median } from "../compare.ts";
import { ours } from "../contenders.ts";
import type { Answer } from "../work.ts";
import { cpuNanoseconds, residentBytes } from "../server-process.ts";
import type { Comparison } from "./comparison.ts";

const eventsPerSecond = 500;
const usageSeconds = 20;
const exporterkit = fileURLToPath(new URL("../../../packages/exporter/bin/exporterkit.js", import.meta.url));
const apiServer = fileURLToPath(new URL("../kubernetes/simulated-api-server.js", import.meta.url));

/** The kubernetes module beside a simulated cluster. Nobody else does the same. */
export function kubernetesComparisons(): Comparison[] {
  if (process.platform !== "linux") return [];
  return [
    {
      group: "Kubernetes",
      once: true,
      figures: {
        start: { title: "from the start of the process to a scrape with all pods and what they use", unit: "ns" },
        startCpu: { title: "CPU time of that", unit: "ns" },
        scrape: { title: "a scrape, two groupings with a group for 40 pods each", unit: "ns" },
        usage: { title: "CPU time of reading what all pods use", unit: "ns" },
        events: { title: "CPU time of 1,000 watch events, at 500 a second", unit: "ns" },
        memory: { title: "resident memory after the start", unit: "bytes" },
        memoryLater: { title: "resident memory after 30,000 watch events", unit: "bytes" },
      },
      entries: [
        { work: "20,000 pods", column: ours, start: () => startBeside(20_000, 1) },
        { work: "100,000 pods, as one of 5 shards", column: ours, start: () => startBeside(100_000, 5) },
      ],
    },
  ];
}

async function startBeside(pods: number, shards: number): Promise<{ ask(): Promise<Answer>; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-bench-kubernetes-"));
  const cluster = spawn(process.execPath, [apiServer, String(pods)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(cluster.stdout)[Symbol.asyncIterator]();
  const { port, cert } = JSON.parse((await lines.next()).value as string) as { port: number; cert: string };
  const config = writeConfig(folder, port, cert, shards);
  const began = performance.now();
  const args = [exporterkit, `--config.file=${config}`, "--web.listen-address=127.0.0.1:0"];
  const exporter = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const send = (events: number, perSecond: number): Promise<unknown> => {
    cluster.stdin.write(`${events} ${perSecond}\n`);
    return lines.next();
  };
  return {
    async ask() {
      const url = await urlOf(exporter);
      await untilComplete(exporter, url);
      const complete = performance.now();
      const start = (complete - began) * 1e6;
      const startCpu = cpuNanoseconds(exporter.pid!);
      const memory = residentBytes(exporter.pid!);
      const scrape = await scrapeTime(url);
      // One read of usage is in the first of these times, and none in the second.
      const until = (seconds: number): Promise<void> => setTimeout(complete + seconds * 1000 - performance.now());
      await until(usageSeconds - 4);
      const idle = cpuNanoseconds(exporter.pid!);
      await until(usageSeconds + 9);
      const before = cpuNanoseconds(exporter.pid!);
      const usage = before - idle;
      await send(4000, eventsPerSecond);
      await setTimeout(500);
      const events = (cpuNanoseconds(exporter.pid!) - before) / 4;
      await send(26_000, 2500);
      await setTimeout(2000);
      return {
        nanoseconds: start,
        start,
        startCpu,
        scrape,
        usage,
        events,
        memory,
        memoryLater: residentBytes(exporter.pid!),
      };
    },
    async stop() {
      for (const child of [exporter, cluster]) {
        child.kill();
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
      rmSync(folder, { recursive: true });
    },
  };
}

function writeConfig(folder: string, port: number, cert: string, shards: number): string {
  const authority = Buffer.from(cert).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "bench",
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
    clusters: [
      { name: "bench", cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": authority } },
    ],
    users: [{ name: "bench", user: { token: "token" } }],
  };
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
  const kubernetes = {
    kubeconfig: "kubeconfig",
    usage_interval: `${usageSeconds}s`,
    shard: 0,
    total_shards: shards,
    group_by: { app: ["namespace", "label:app"], owner: ["namespace", "owner"] },
  };
  const file = join(folder, "exporterkit.yml");
  writeFileSync(file, JSON.stringify({ modules: { kubernetes } }));
  return file;
}

async function urlOf(exporter: ChildProcess): Promise<string> {
  for await (const line of createInterface(exporter.stderr!)) {
    const url = / url=(\S+)/.exec(line)?.[1];
    if (url !== undefined) return `${url}metrics`;
  }
  throw new Error("the exporter ended");
}

async function untilComplete(exporter: ChildProcess, url: string): Promise<void> {
  while (exporter.exitCode === null) {
    const text = await (await fetch(url)).text();
    const read = (name: string): number =>
      Number(new RegExp(`^exporterkit_kubernetes_${name} (\\d+)$`, "m").exec(text)?.[1]);
    const sampled = text.matchAll(/^kube_label_sampled_pods\{grouping="app",.*\} (\d+)$/gm);
    const known = Array.from(sampled, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
    if (read('lists_total\\{resource="usage"\\}') > 0 && known === read("cached_pods")) return;
    await setTimeout(20);
  }
  throw new Error("the exporter ended");
}

async function scrapeTime(url: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await (await fetch(url)).text();
    times.push((performance.now() - began) * 1e6);
  }
  return median(times);
}
