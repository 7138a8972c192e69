import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, it, vi } from "vitest";

// Each is the start of a process or two, and some of them wait for seconds.
vi.setConfig({ testTimeout: 30_000 });

const library = new URL("../../dist/index.js", import.meta.url).href;
let child: ChildProcess;
let log = "";
afterEach(() => child.kill("SIGKILL"));

/** Runs a program of a collector with these methods. */
function run(methods: string): void {
  log = "";
  const program = `
    import { runExporter } from ${JSON.stringify(library)};
    const collectors = [{ name: "a", collect(scrape) { scrape.gauge({ name: "a", help: "A." }).set(1); }, ${methods} }];
    process.exitCode = await runExporter({
      collectors,
      listenAddress: "127.0.0.1:0",
      reload: async () => { console.error("reloads"); return { collectors }; },
    });`;
  const flags = ["--unhandled-rejections=strict", "--input-type=module", "--eval", program];
  child = spawn(process.execPath, flags, { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (log += text));
}

async function logged(pattern: RegExp): Promise<void> {
  await vi.waitFor(() => expect(log).toMatch(pattern), { timeout: 10_000 });
}

/** Sends a signal and resolves to the exit code. */
async function end(signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

const hangs = "new Promise(() => setInterval(() => {}, 1e6))";

it("ends at SIGTERM though a collector has not started, and has left something open", async () => {
  run(`start() { console.error("starts"); return ${hangs}; }`);
  await logged(/starts/);
  expect(await end("SIGTERM")).toBe(0);
});

it("ends at SIGTERM though a collector goes on", async () => {
  run("start() { setInterval(() => {}, 1e6); }");
  await logged(/listening/);
  expect(await end("SIGTERM")).toBe(0);
});

it("reloads once it has started where SIGHUP comes before", async () => {
  run(`start() { console.error("starts");
    return new Promise((resolve) => setTimeout(resolve, 500)); }`);
  await logged(/starts/);
  child.kill("SIGHUP");
  await logged(/listening[^]*reloads[^]*configuration reloaded/);
  expect(await end("SIGINT")).toBe(0);
});

it("says in a sentence, with exit code 1, why a collector does not start or stop", async () => {
  run('start() { throw new Error("no device"); }');
  expect(await end("SIGCONT")).toBe(1);
  expect(log).toBe('error: Collector "a" does not start: no device\n');
  run('stop() { throw new Error("no device"); }');
  await logged(/listening/);
  expect(await end("SIGTERM")).toBe(1);
  expect(log).toMatch(/stopped, but not all of it.*collector \\"a\\" does not stop: no device/);
});
