import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Entry } from "../compare.ts";
import { ours } from "../contenders.ts";
import { cpuNanoseconds, freePort } from "../server-process.ts";
import type { Comparison } from "./comparison.ts";
import { writeProcFixture } from "./proc-fixture.ts";

const processes = 5000;
const work = "a scrape of 5,000 processes in 50 groups";
const exporterkit = fileURLToPath(new URL("../../../packages/exporter/bin/exporterkit.js", import.meta.url));
const peer = "prometheus-process-exporter";

/** Scrapes of groups of processes from a fixture, over HTTP, beside process-exporter with the same configuration. */
export function processComparisons(): Comparison[] {
  if (process.platform !== "linux") return [];
  return [
    {
      group: "Processes",
      effort: { runMilliseconds: 1000 },
      figures: { cpu: { title: "CPU time", unit: "ns" } },
      entries: [
        entry(ours, (folder, address) => [
          process.execPath,
          exporterkit,
          `--config.file=${join(folder, "ours.yml")}`,
          `--web.listen-address=${address}`,
        ]),
        entry("process-exporter", (folder, address) => [
          peer,
          `-procfs=${folder}`,
          `-config.path=${join(folder, "theirs.yml")}`,
          "-threads=false",
          `-web.listen-address=${address}`,
        ]),
      ],
    },
  ];
}

function entry(column: string, commandOf: (folder: string, address: string) => string[]): Entry {
  return {
    work,
    column,
    async start() {
      const folder = writeProcFixture(processes);
      const names = `process_names:\n      - name: "{{.Comm}}"\n        cmdline: [".+"]\n`;
      writeFileSync(join(folder, "ours.yml"), `modules:\n  process:\n    procfs: ${folder}\n    ${names}`);
      writeFileSync(join(folder, "theirs.yml"), names);
      const port = await freePort();
      const metrics = `http://127.0.0.1:${port}/metrics`;
      const [program, ...args] = commandOf(folder, `127.0.0.1:${port}`);
      const server = spawn(program!, args, { stdio: "ignore" });
      const remove = (): void => rmSync(folder, { recursive: true, force: true });
      try {
        await once(server, "spawn");
        await ready(server, metrics);
      } catch (error) {
        server.kill();
        remove();
        throw error;
      }
      return {
        async ask(times) {
          const cpu = cpuNanoseconds(server.pid!);
          const start = process.hrtime.bigint();
          for (let i = 0; i < times; i++) await (await fetch(metrics)).text();
          const nanoseconds = Number(process.hrtime.bigint() - start);
          return { nanoseconds, cpu: (cpuNanoseconds(server.pid!) - cpu) / times };
        },
        async stop() {
          server.kill();
          await once(server, "exit");
          remove();
        },
      };
    },
  };
}

async function ready(server: ChildProcess, metrics: string): Promise<void> {
  while (server.exitCode === null) {
    const response = await fetch(metrics).catch(() => undefined);
    if (response?.ok && (await response.text()).includes("namedprocess_namegroup_num_procs")) return;
    await setTimeout(50);
  }
  throw new Error(`it ended with ${server.exitCode}`);
}
