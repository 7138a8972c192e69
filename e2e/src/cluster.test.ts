import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Registry } from "@exporterkit/client";
import { type CollectedWorkers, collectWorkers } from "@exporterkit/client/cluster";
import { parse } from "@exporterkit/client/parse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

function program(name: string): string {
  return fileURLToPath(new URL(`workers/${name}.js`, import.meta.url));
}

const children: ChildProcess[] = [];
const collected: CollectedWorkers[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exporterkit-test-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  for (const workers of collected.splice(0)) await workers.close();
  rmSync(folder, { recursive: true });
});

/** What a program tells its parent. */
interface Message {
  readonly counted?: number;
  readonly hangs?: number;
  readonly port?: number;
}

/** A program under test, with what it has told. */
class Program {
  readonly child: ChildProcess;
  readonly told: Message[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    children.push(child);
    child.on("message", (message) => this.told.push(message as Message));
  }

  do(action: string, argument?: string): void {
    this.child.send({ action, argument });
  }

  /** Has it end, and resolves when it has. */
  async finish(action = "finish"): Promise<void> {
    this.do(action);
    await once(this.child, "exit");
  }

  /** Resolves to the first message that has something. */
  async tells(what: keyof Message): Promise<number> {
    for (;;) {
      const found = this.told.find((message) => message[what] !== undefined);
      if (found !== undefined) return found[what]!;
      await once(this.child, "message");
    }
  }

  /** What its workers have counted that have told it. */
  get counted(): number {
    return this.told.reduce((sum, { counted = 0 }) => sum + counted, 0);
  }
}

async function collect(options: Parameters<typeof collectWorkers>[0] = {}): Promise<CollectedWorkers> {
  const workers = await collectWorkers({ registers: [], ...options });
  collected.push(workers);
  return workers;
}

/** Samples by name and labels. */
type Samples = ReadonlyMap<string, number>;

function samplesOf(text: string): Samples {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

async function scrape({ registry }: CollectedWorkers): Promise<Samples> {
  return samplesOf(await registry.metrics());
}

/** The sum of the samples of a name, whatever their labels. */
function total(samples: Samples, name: string): number {
  return [...samples].reduce((sum, [key, value]) => (key.split("{")[0] === name ? sum + value : sum), 0);
}

/** The samples of a text that never fall while they are there. */
function countersOf(text: string): Samples {
  const types = new Map(Array.from(text.matchAll(/^# TYPE (\w+) (\w+)$/gm), ([, name, type]) => [name!, type!]));
  const isCounted = (key: string): boolean => {
    const name = key.split("{")[0]!;
    return types.get(name) === "counter" || types.get(name.replace(/_(bucket|count|sum)$/, "")) === "histogram";
  };
  return new Map([...samplesOf(text)].filter(([key]) => isCounted(key)));
}

describe("a cluster", () => {
  it("whose workers are killed under load loses no series, and no count of any falls", async () => {
    const primary = new Program(fork(program("primary"), ["4"]));
    const url = `http://127.0.0.1:${await primary.tells("port")}/metrics`;
    let last: Samples = new Map();
    for (let gone = 0; gone < 6; gone = last.get("exporterkit_workers_gone_total")!) {
      const text = await (await fetch(url)).text();
      const counters = countersOf(text);
      for (const [key, value] of last) {
        // Those of a worker alone go with it.
        if (key.startsWith("own_jobs_total") && !counters.has(key)) continue;
        expect(counters.get(key), key).toBeGreaterThanOrEqual(value);
      }
      last = counters;
      if (samplesOf(text).get("working") === 4) primary.do("kill");
    }
    expect(total(last, "jobs_total")).toBeGreaterThan(0);
    const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    const response = await fetch(url, { headers: { accept: protobuf } });
    const families = parse(new Uint8Array(await response.arrayBuffer()), response.headers.get("content-type")!);
    const seconds = families.find(({ name }) => name === "job_seconds")!;
    const native = seconds.samples.find((sample) => sample.native !== undefined)!.native!;
    const inBuckets = native.positive.reduce((sum, [, count]) => sum + count, native.zeroCount);
    expect(inBuckets).toBe(native.count);
    expect(native.count).toBeGreaterThanOrEqual(last.get("job_seconds_count")!);
    await primary.finish();
  });

  it("whose workers are replaced in turn has counted what they say they counted", async () => {
    const primary = new Program(fork(program("primary"), ["4"]));
    const url = `http://127.0.0.1:${await primary.tells("port")}/metrics`;
    const scrapeOnce = async (): Promise<Samples> => samplesOf(await (await fetch(url)).text());
    for (let replaced = 0; replaced < 4; replaced++) {
      await expect.poll(async () => (await scrapeOnce()).get('exporterkit_workers{state="fresh"}')).toBe(4);
      primary.do("replace");
      await expect.poll(() => primary.told.filter(({ counted }) => counted !== undefined).length).toBe(replaced + 1);
    }
    await expect.poll(async () => (await scrapeOnce()).get("exporterkit_workers_gone_total")).toBe(4);
    const before = await scrapeOnce();
    expect(total(before, "jobs_total")).toBeGreaterThanOrEqual(primary.counted);
    expect(total(before, "job_seconds_count")).toBeGreaterThanOrEqual(primary.counted);
    await primary.finish();
  });
});

describe("a cluster whose primary is not ours", () => {
  it("reports to the process that the environment names, and to another that comes in its place", async () => {
    const path = join(folder, "metrics.sock");
    const env = { ...process.env, EXPORTERKIT_METRICS_SOCKET: path };
    const workers = await collect({ path });
    const primary = new Program(fork(program("foreign-primary"), ["3"], { env }));
    await expect.poll(async () => total(await scrape(workers), "working")).toBe(3);
    const before = await scrape(workers);
    expect([...before.keys()]).toEqual(expect.arrayContaining([1, 2, 3].map((i) => `own_jobs_total{worker="${i}"}`)));

    await workers.close();
    const next = await collect({ path });
    await expect.poll(async () => total(await scrape(next), "working")).toBe(3);
    expect(total(await scrape(next), "jobs_total")).toBeGreaterThanOrEqual(total(before, "jobs_total"));

    primary.do("replace");
    await primary.tells("counted");
    await expect.poll(async () => total(await scrape(next), "working")).toBe(3);
    await primary.finish();
    const after = await scrape(next);
    expect(primary.told.filter(({ counted }) => counted !== undefined)).toHaveLength(4);
    expect(total(after, "jobs_total")).toBe(primary.counted);
    expect(total(after, "job_seconds_count")).toBe(primary.counted);
    expect(after.get("working")).toBeUndefined();
  });
});

describe("a child process", () => {
  it.each(["finish", "end"])("that is told to %s has reported everything", async (action) => {
    const workers = await collect();
    const child = new Program(fork(program("counting-worker")));
    await expect.poll(async () => total(await scrape(workers), "jobs_total")).toBeGreaterThan(0);
    await child.finish(action);
    const samples = await scrape(workers);
    expect(total(samples, "jobs_total")).toBe(child.counted);
    expect(samples.get('job_seconds_bucket{le="+Inf"}')).toBe(child.counted);
    expect(samples.get("exporterkit_workers_gone_total")).toBe(1);
  });

  it("that hangs is silent, holds up nobody, and what it told last stands until it is back", async () => {
    const workers = await collect({ timeoutSeconds: 0.2 });
    const [hanging, other] = [
      new Program(fork(program("counting-worker"))),
      new Program(fork(program("counting-worker"))),
    ];
    await expect.poll(async () => (await scrape(workers)).get("working")).toBe(2);
    const release = join(folder, "release");
    hanging.do("hang", release);
    const counted = await hanging.tells("hangs");
    const kind = `jobs_total{kind="of ${hanging.child.pid}"}`;
    // On a busy machine the other may be late now and then, too.
    let before = await scrape(workers);
    await expect.poll(async () => (before = await scrape(workers)).get('exporterkit_workers{state="silent"}')).toBe(1);
    expect(before.get(kind)).toBeGreaterThan(0);
    await expect
      .poll(async () => total(await scrape(workers), "jobs_total"))
      .toBeGreaterThan(total(before, "jobs_total"));
    expect((await scrape(workers)).get(kind)).toBe(before.get(kind));

    writeFileSync(release, "");
    await expect.poll(async () => (await scrape(workers)).get('exporterkit_workers{state="silent"}')).toBe(0);
    await other.finish();
    expect(total(await scrape(workers), "jobs_total")).toBe(counted + other.counted);
    hanging.child.kill("SIGKILL");
    await once(hanging.child, "exit");
    await expect.poll(async () => (await scrape(workers)).get("exporterkit_workers_gone_total")).toBe(2);
    expect(total(await scrape(workers), "jobs_total")).toBe(counted + other.counted);
  });

  it.each([
    { started: "spawn()", ipc: [] },
    { started: "fork()", ipc: ["ipc" as const] },
  ])("started by $started ends for lack of work, and has reported everything", async ({ ipc }) => {
    const workers = await collect();
    const code = `
      import { Counter, Registry } from "@exporterkit/client";
      import { reportMetrics } from "@exporterkit/client/cluster";
      const registry = new Registry();
      reportMetrics({ registers: [registry] });
      setTimeout(() => new Counter({ name: "late_total", help: "L.", registers: [registry] }).inc(7), 1);`;
    const file = fileURLToPath(new URL(`spawned-${process.pid}.mjs`, import.meta.url));
    writeFileSync(file, code);
    try {
      const child = spawn(process.execPath, [file], { stdio: ["inherit", "inherit", "inherit", ...ipc] });
      children.push(child);
      const [exitCode] = (await once(child, "exit")) as [number];
      expect(exitCode).toBe(0);
    } finally {
      rmSync(file);
    }
    expect((await scrape(workers)).get("late_total")).toBe(7);
  });
});

it("collecting and reporting keep no process running", async () => {
  const code = `
    import { collectWorkers, reportMetrics } from "@exporterkit/client/cluster";
    const workers = await collectWorkers({ registers: [] });
    await reportMetrics().flush();
    console.log((await workers.registry.metrics()).match(/^(exporterkit_workers{|process_cpu_seconds).*/gm).join("; "));`;
  const file = fileURLToPath(new URL(`alone-${process.pid}.mjs`, import.meta.url));
  writeFileSync(file, code);
  try {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const output = once(child.stdout, "data");
    const [exitCode] = (await once(child, "exit")) as [number];
    expect(exitCode).toBe(0);
    // The process is its own worker here, with the metrics that the default registry brings along.
    expect(String(await output)).toMatch(/exporterkit_workers\{state="fresh"\} 1;.*; process_cpu_seconds_total \d/);
  } finally {
    rmSync(file);
  }
});

it("the registry of a user's own takes them in", async () => {
  const registry = new Registry();
  const workers = await collect({ registry });
  expect(workers.registry).toBe(registry);
  const child = new Program(fork(program("counting-worker")));
  await expect.poll(async () => total(await scrape(workers), "working")).toBe(1);
  await child.finish();
  await workers.close();
  expect(await registry.metrics()).toBe("");
});
