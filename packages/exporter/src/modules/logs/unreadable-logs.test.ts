import { appendFileSync, chmodSync, existsSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LogFolder, type Reading } from "./fixtures/logs-under-test.ts";

let folder: LogFolder;
let warnings: string[];
beforeEach(() => {
  folder = new LogFolder();
  chmodSync(folder.path, 0o777);
  warnings = [];
});
afterEach(async () => {
  beSomebody(true);
  await folder.dispose();
});

/** Root may read everything, so it is nobody else for a while. */
function beSomebody(isRoot: boolean): void {
  if (process.getuid!() === 0) process.seteuid!(isRoot ? 0 : 65_534);
}

function setReadable(isReadable: boolean): void {
  beSomebody(true);
  chmodSync(folder.file("a.log"), isReadable ? 0o644 : 0);
  beSomebody(false);
}

function append(text: string): void {
  beSomebody(true);
  appendFileSync(folder.file("a.log"), text);
  beSomebody(false);
}

async function start(): Promise<Reading> {
  const metrics = [{ name: "lines_total", type: "counter", help: "Lines." }];
  const logger = {
    debug() {},
    info() {},
    error() {},
    warn: (_: object, message: string) => void warnings.push(message),
  };
  const sources = [{ name: "a", files: [folder.file("*.log")], metrics }];
  return await folder.start({ state_file: folder.file("state.json"), poll_interval: "20ms", sources }, logger);
}

function hasPosition(): boolean {
  return existsSync(folder.file("state.json")) && readFileSync(folder.file("state.json"), "utf8").includes("a.log");
}

it("a log that may not be read at the first start has its first start when it may", async () => {
  append("old\nold\nold\n");
  setReadable(false);
  const before = await start();
  await before.until((samples) => samples.get('exporterkit_logs_errors_total{source="a",kind="open"}')! > 0);
  await before.stop();
  setReadable(true);
  const reading = await start();
  append("new\n");
  const samples = await reading.until((all) => all.get("lines_total")! > 0);
  expect(samples.get("lines_total")).toBe(1);
});

it(
  "a log that may not be read at a restart is read on from where it was, and told of now and then",
  { timeout: 30_000 },
  async () => {
    append("old\nold\n");
    const before = await start();
    append("new\n");
    await before.until((samples) => samples.get("lines_total") === 1);
    await before.stop();
    expect(hasPosition()).toBe(true);
    append("meanwhile\n");
    setReadable(false);
    const reading = await start();
    const scanned = performance.now() + 2500;
    await reading.until(() => performance.now() > scanned);
    expect(warnings).toEqual(["a log cannot be opened"]);
    setReadable(true);
    const samples = await reading.until((all) => all.get("lines_total")! > 0);
    expect(samples.get("lines_total")).toBe(1);
    expect(samples.get('exporterkit_logs_errors_total{source="a",kind="lost"}')).toBe(0);
  },
);
