import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Entry, median } from "../compare.ts";
import { ours } from "../contenders.ts";
import { cpuNanoseconds, freePort, residentBytes } from "../server-process.ts";
import type { Comparison } from "./comparison.ts";

export const hostWork = "a scrape of this host";
export const nodeExporter = "node_exporter";
export const hostFigures = {
  cpu: { title: "CPU time", unit: "ns" },
  resident: { title: "resident memory", unit: "bytes" },
} as const;
const exporterkit = fileURLToPath(new URL("../../../packages/exporter/bin/exporterkit.js", import.meta.url));

/** Collectors that one of the two has alone, so that both tell the same families. */
const oursAlone = ["system_usage", "watchdog"];
const theirsAlone = ["systemd", "timex"];

/** What each tells of itself is another matter. */
const withoutOwn = "--web.disable-exporter-metrics";

/** Scrapes of this host over HTTP, beside Debian's node_exporter. */
export function hostComparisons(): Comparison[] {
  if (process.platform !== "linux") return [];
  return [
    {
      group: "Host",
      // As one that has run for a while: some thousand scrapes, which are some hours.
      effort: { runMilliseconds: 1000, warmUpMilliseconds: 15_000 },
      figures: hostFigures,
      entries: [
        entry(ours, process.execPath, [exporterkit, ...without(oursAlone), withoutOwn]),
        entry(nodeExporter, "prometheus-node-exporter", [...without(theirsAlone), withoutOwn]),
      ],
    },
  ];
}

function without(collectors: readonly string[]): string[] {
  return collectors.map((name) => `--no-collector.${name}`);
}

function entry(column: string, program: string, args: readonly string[]): Entry {
  return {
    work: hostWork,
    column,
    async start() {
      const port = await freePort();
      const server = spawn(program, [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
      await once(server, "spawn");
      // As Prometheus has it: one connection that lasts.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const stop = async (): Promise<void> => {
        agent.destroy();
        const ended = server.exitCode === null ? once(server, "exit") : undefined;
        server.kill();
        await ended;
      };
      while (!(await scrape(port, agent).catch(() => false))) {
        if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
        await setTimeout(50);
      }
      return {
        async ask(times) {
          const cpu = cpuNanoseconds(server.pid!);
          const took: number[] = [];
          for (let i = 0; i < times; i++) {
            const start = process.hrtime.bigint();
            await scrape(port, agent);
            took.push(Number(process.hrtime.bigint() - start));
          }
          return {
            // The median, as what else the machine does makes single ones long.
            nanoseconds: median(took) * times,
            cpu: (cpuNanoseconds(server.pid!) - cpu) / times,
            resident: residentBytes(server.pid!),
          };
        },
        stop,
      };
    },
  };
}

/** Whether it was answered with metrics of the host. */
function scrape(port: number, agent: Agent): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/metrics", agent }, (response) => {
      let text = "";
      response.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text.includes("node_cpu_seconds_total")));
    });
    request.on("error", reject);
  });
}
