import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Entry } from "../compare.ts";
import { ours } from "../contenders.ts";
import { freePort } from "../server-process.ts";
import type { Comparison } from "./comparison.ts";

const lines = process.argv.includes("--quick") ? 500_000 : 5_000_000;
/** Ten times what the slowest takes on a quiet machine. */
const mostMilliseconds = (lines / 5_000_000) * 10 * 60_000;
const exporterkit = fileURLToPath(new URL("../../../packages/exporter/bin/exporterkit.js", import.meta.url));
const pattern = String.raw`^(?P<ip>\S+) (?P<ident>\S+) (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>\S+) (?P<protocol>[^"]+)" (?P<status>\d{3}) (?P<bytes>\d+) "(?P<referrer>[^"]*)" "(?P<agent>[^"]*)"`;
const program = `
counter http_requests_total by method, status
histogram http_response_bytes buckets 100, 1000, 10000, 100000

/${pattern}/ {
  http_requests_total[$method][$status]++
  http_response_bytes = $bytes
}
`;

/** Lines of an access log that is there at once, counted by method and status and in a histogram, beside mtail with the same. */
export function logComparisons(): Comparison[] {
  if (process.platform !== "linux") return [];
  const entries = [
    entry("by a regular expression", ours, serve(`{ regex: '${pattern}' }`, "bytes")),
    entry("by a regular expression", "mtail", (folder, port) => {
      writeFileSync(join(folder, "access.mtail"), program);
      return [
        "mtail",
        `-progs=${join(folder, "access.mtail")}`,
        `-logs=${join(folder, "access.log")}`,
        `-port=${port}`,
        "-address=127.0.0.1",
      ];
    }),
    entry("by grok's COMBINEDAPACHELOG", ours, serve("{ grok: '^%{COMBINEDAPACHELOG}' }", "bytes")),
    entry("by the format string of the server", ours, serve("combined", "body_bytes_sent")),
  ];
  return [
    {
      group: "Logs",
      once: true,
      figures: {
        line: { title: "a line", unit: "ns" },
        latency: { title: "longest scrape meanwhile", unit: "ns" },
        memory: { title: "most memory", unit: "bytes" },
      },
      entries,
    },
  ];
}

type Start = (folder: string, port: number) => string[];

/** The command, with lines of a format and the field that has the size. */
function serve(format: string, bytes: string): Start {
  return (folder, port) => {
    const file = join(folder, "logs.yml");
    writeFileSync(file, configuration(format, bytes));
    return [process.execPath, exporterkit, `--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`];
  };
}

function configuration(format: string, bytes: string): string {
  const [method, status] = format.includes("grok") ? ["verb", "response"] : ["method", "status"];
  return `
modules:
  logs:
    sources:
      - name: web
        files: [access.log]
        format: ${format}
        metrics:
          - { name: http_requests_total, type: counter, help: Requests., labels: { method: ${method}, status: ${status} } }
          - { name: http_response_bytes, type: histogram, help: Sizes., value: ${bytes}, buckets: [100, 1000, 10000, 100000] }
`;
}

function entry(how: string, column: string, command: Start): Entry {
  return {
    work: `${lines / 1e6}M lines of an access log, ${how}`,
    column,
    async start() {
      const folder = mkdtempSync(join(tmpdir(), "exporterkit-bench-logs-"));
      const log = join(folder, "access.log");
      writeFileSync(log, "");
      const port = await freePort();
      const [name, ...args] = command(folder, port);
      const server = spawn(name!, args, { stdio: "ignore" });
      const metrics = `http://127.0.0.1:${port}/metrics`;
      await once(server, "spawn").catch((error: unknown) => {
        rmSync(folder, { recursive: true });
        throw error;
      });
      while (
        !(await fetch(metrics).then(
          ({ ok }) => ok,
          () => false,
        ))
      )
        await setTimeout(50);
      return {
        async ask() {
          const source = await accessLog();
          // As one that has run for half an hour, and is not scraped for the first time.
          for (let i = 0; i < 100; i++) await (await fetch(metrics)).text();
          const start = performance.now();
          // By another process: what this one is busy with, scrapes would seem to take.
          const into = openSync(log, "a");
          const copied = once(spawn("cat", [source], { stdio: ["ignore", into, "inherit"] }), "exit");
          closeSync(into);
          let latency = 0;
          for (let counted = 0; counted < lines;) {
            await setTimeout(50);
            const asked = performance.now();
            if (asked - start > mostMilliseconds) throw new Error(`${counted} of ${lines} lines counted in time`);
            const text = await (await fetch(metrics)).text();
            latency = Math.max(latency, performance.now() - asked);
            counted = 0;
            // Go writes 1071429 as 1.071429e+06.
            for (const [, value] of text.matchAll(/^http_requests_total\{.*\} (\S+)$/gm)) counted += Number(value);
          }
          const milliseconds = performance.now() - start;
          await copied;
          return { line: (milliseconds * 1e6) / lines, latency: latency * 1e6, memory: mostMemory(server.pid!) };
        },
        async stop() {
          server.kill();
          await once(server, "exit");
          rmSync(folder, { recursive: true });
        },
      };
    },
  };
}

/** The most memory that a process had at a time. */
function mostMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** The log to count, which is written once, and goes when all has been measured. */
function accessLog(): Promise<string> {
  return (written ??= writeAccessLog());
}

let written: Promise<string> | undefined;

async function writeAccessLog(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-bench-access-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const file = join(folder, "access.log");
  const handle = await open(file, "w");
  const methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
  const statuses = [200, 200, 200, 204, 301, 404, 500];
  for (let i = 0; i < lines;) {
    let text = "";
    for (let end = Math.min(lines, i + 10_000); i < end; i++) {
      const address = `10.${i % 200}.${(i * 7) % 250}.${(i * 13) % 250}`;
      const request = `${methods[i % methods.length]} /users/${i}/profile?tab=${i % 9} HTTP/1.1`;
      text += `${address} - - [10/Oct/2026:13:${String(i % 60).padStart(2, "0")}:36 +0000] "${request}" ${statuses[i % statuses.length]} ${(i * 31) % 99_999} "https://example.com/start" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"\n`;
    }
    await handle.write(text);
  }
  await handle.close();
  return file;
}
