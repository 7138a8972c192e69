import { once } from "node:events";
import { existsSync, linkSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Counter } from "../metrics/counter.ts";
import { Histogram } from "../metrics/histogram.ts";
import { Registry } from "../registry.ts";
import { type CollectedWorkers, collectWorkers, type CollectWorkersOptions } from "./collect-workers.ts";
import { FrameWriter } from "./frames.ts";
import { messages, protocolVersion } from "./messages.ts";
import { socketVariable, tokenVariable } from "./metrics-socket.ts";
import { type MetricsReporter, reportMetrics, type ReportMetricsOptions } from "./report-metrics.ts";

let folder: string;
let path: string;
const errors: string[] = [];
const endings: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exporterkit-test-"));
  path = join(folder, "metrics.sock");
  errors.length = 0;
});
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  rmSync(folder, { recursive: true });
});

async function collect(options: CollectWorkersOptions = {}): Promise<CollectedWorkers> {
  const onError = (error: unknown): void => void errors.push((error as Error).message);
  const workers = await collectWorkers({ path, registers: [], onError, ...options });
  endings.push(() => workers.close());
  return workers;
}

interface Worker {
  readonly registry: Registry;
  readonly counter: Counter;
  readonly reporter: MetricsReporter;
  readonly faults: string[];
}

/** A worker as there may be several in this process. */
function work(options: ReportMetricsOptions = {}): Worker {
  const registry = new Registry();
  const counter = new Counter({ name: "jobs_total", help: "Jobs.", registers: [registry] });
  const faults: string[] = [];
  const onError = (error: unknown): void => void faults.push((error as Error).message);
  const reporter = reportMetrics({ path, registers: [registry], onError, ...options });
  endings.push(() => reporter.stop());
  return { registry, counter, reporter, faults };
}

async function linesOf({ registry }: CollectedWorkers, name: RegExp): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => name.test(line) && !line.startsWith("#"));
}

it("brings what the workers count together, with what this process counts", async () => {
  const own = new Registry();
  const workers = await collect({ registers: [own] });
  new Counter({ name: "jobs_total", help: "Jobs.", registers: [own] }).inc(100);
  const [first, second] = [work(), work()];
  first.counter.inc(1);
  second.counter.inc(2);
  expect(await Promise.all([first, second].map(({ reporter }) => reporter.flush(10)))).toEqual([true, true]);
  expect(await linesOf(workers, /./)).toEqual([
    'exporterkit_workers{state="fresh"} 2',
    'exporterkit_workers{state="silent"} 0',
    "exporterkit_workers_gone_total 0",
    "jobs_total 103",
  ]);
  first.counter.inc(10);
  expect(await linesOf(workers, /^jobs/)).toEqual(["jobs_total 113"]);
  await first.reporter.stop();
  expect(await linesOf(workers, /^jobs|gone/)).toEqual(["exporterkit_workers_gone_total 1", "jobs_total 113"]);
  expect(errors).toEqual([]);
});

it("asks each worker to bring its metrics up to date", async () => {
  const workers = await collect();
  const registry = new Registry();
  let scrapes = 0;
  const collectAnd = { collect: () => counter.setTotal(++scrapes) };
  const counter: Counter = new Counter({ name: "scrapes_total", help: "S.", registers: [registry], ...collectAnd });
  await work({ registers: [registry] }).reporter.flush(10);
  const before = scrapes;
  expect(await linesOf(workers, /^scrapes/)).toEqual([`scrapes_total ${before + 1}`]);
});

it("exposes native histograms, exemplars and more than fits one frame", async () => {
  const workers = await collect();
  const { registry, reporter } = work();
  const labelled = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], registers: [registry] });
  for (let i = 0; i < 5000; i++) labelled.inc({ a: `value ${i}` }, 1, i === 7 ? { trace: "t" } : undefined);
  new Histogram({ name: "h", help: "H.", native: true, registers: [registry] }).observe(3);
  await reporter.flush(10);
  const families = await workers.registry.collect();
  const native = families.find(({ name }) => name === "h")!;
  expect(native.native!(0)).toMatchObject({ schema: 3, count: 1, sum: 3, positive: [[13, 1]] });
  const { body } = await workers.registry.expose({ accept: "application/openmetrics-text" });
  const text = new TextDecoder().decode(body);
  expect(text.match(/^c_total/gm)).toHaveLength(5000);
  expect(text).toMatch(/^c_total\{a="value 7"\} 1 # \{trace="t"\} 1 /m);
});

it("reports by itself, so that a crash loses little, without calling collect functions", async () => {
  const workers = await collect();
  const { counter, reporter } = work({ pushSeconds: 0.02 });
  await reporter.flush(10);
  await workers.registry.collect();
  counter.inc(5);
  // A registry that nobody asks tells what has been pushed.
  const family = (await workers.registry.collect()).find(({ name }) => name === "jobs_total")!;
  counter.inc(5);
  const values = new Float64Array(1);
  await expect
    .poll(() => {
      family.read(0, values);
      return values[0];
    })
    .toBe(10);
});

it("a worker without metrics is a worker", async () => {
  const workers = await collect();
  await work({ registers: [] }).reporter.flush(10);
  expect(await linesOf(workers, /fresh/)).toEqual(['exporterkit_workers{state="fresh"} 1']);
});

it("workers get the lowest free number, or the name that they give themselves", async () => {
  const workers = await collect();
  const named = async (options: ReportMetricsOptions = {}): Promise<MetricsReporter> => {
    const registry = new Registry();
    const { reporter } = work({ registers: [registry], ...options });
    const aggregation = { aggregation: "perWorker" as const };
    new Counter({ name: "own_total", help: "O.", registers: [registry], ...aggregation }).inc();
    await reporter.flush(10);
    return reporter;
  };
  const first = await named();
  await named();
  await named({ worker: "api" });
  const lines = ["1", "2", "api"].map((worker) => `own_total{worker="${worker}"} 1`);
  expect(await linesOf(workers, /own/)).toEqual(lines);
  await first.stop();
  await named();
  expect(await linesOf(workers, /own/)).toEqual(['own_total{worker="1"} 2', ...lines.slice(1)]);
});

it("a process that collects does not report to itself what it merges anyway", async () => {
  const own = new Registry();
  const workers = await collect({ registers: [own] });
  new Counter({ name: "jobs_total", help: "Jobs.", registers: [own] }).inc(5);
  expect(await work({ registers: [own] }).reporter.flush(10)).toBe(false);
  expect(await linesOf(workers, /^jobs|fresh/)).toEqual(['exporterkit_workers{state="fresh"} 0', "jobs_total 5"]);
});

it("does nothing where nobody collects", async () => {
  expect(process.env[socketVariable]).toBeUndefined();
  const reporter = reportMetrics();
  expect(await reporter.flush(10)).toBe(false);
  await reporter.stop();
});

describe("the way to the collecting process", () => {
  it("stands in the environment, and leads into a folder that is closed to others", async () => {
    const workers = await collect({ path: undefined });
    expect(process.env[socketVariable]).toBe(workers.path);
    expect(process.env[tokenVariable]).toMatch(/.{30}/);
    const mode = (file: string): number => statSync(file).mode & 0o777;
    expect([mode(dirname(workers.path)), mode(workers.path)]).toEqual([0o700, 0o600]);
    const { counter, reporter } = work({ path: undefined });
    counter.inc();
    expect(await reporter.flush(10)).toBe(true);
    expect(await linesOf(workers, /^jobs/)).toEqual(["jobs_total 1"]);
    await reporter.stop();
    await workers.close();
    expect(process.env[socketVariable]).toBeUndefined();
    expect(() => statSync(dirname(workers.path))).toThrow("ENOENT");
  });

  it("is cleared away behind a process that was killed, and not behind one that listens", async () => {
    const left = mkdtempSync(join(tmpdir(), "exporterkit-"));
    const server = createServer().listen(path);
    await once(server, "listening");
    linkSync(path, join(left, "metrics.sock"));
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(left, longAgo, longAgo);
    await (await collect({ path: undefined })).close();
    const live = await collect({ path: undefined });
    utimesSync(dirname(live.path), longAgo, longAgo);
    expect(statSync(left).isDirectory()).toBe(true);
    server.close();
    await (await collect({ path: undefined })).close();
    await expect.poll(() => existsSync(left)).toBe(false);
    expect(statSync(live.path).isSocket()).toBe(true);
  });

  it("is taken over from a process that is no more, and not from one that is", async () => {
    const crashed = createServer();
    crashed.listen(path);
    await once(crashed, "listening");
    // What a crash leaves behind: the file of a socket that nobody listens on.
    linkSync(path, `${path}.left`);
    await expect(collect()).rejects.toThrow("another process collects metrics there");
    await new Promise((resolve) => crashed.close(resolve));
    const workers = await collect({ path: `${path}.left` });
    const { reporter } = work({ path: workers.path });
    expect(await reporter.flush(10)).toBe(true);
    writeFileSync(`${path}.txt`, "precious");
    await expect(collect({ path: `${path}.txt` })).rejects.toThrow("a file is there that is no socket");
    expect(statSync(`${path}.txt`).size).toBe(8);
  });

  it("is found again when the collecting process has restarted", async () => {
    const before = await collect();
    const { counter, reporter } = work();
    counter.inc(5);
    await reporter.flush(10);
    expect(await linesOf(before, /^jobs/)).toEqual(["jobs_total 5"]);
    await before.close();
    counter.inc(1);
    const after = await collect();
    await expect.poll(() => linesOf(after, /^jobs/)).toEqual(["jobs_total 6"]);
  });

  it("may break without anything being counted twice", async () => {
    const workers = await collect();
    const through = new Set<Socket>();
    const proxy = await proxyTo(workers.path, through);
    const { counter, reporter } = work({ path: proxy });
    counter.inc(5);
    await reporter.flush(10);
    for (let broken = 0; broken < 3; broken++) {
      for (const socket of through) socket.destroy();
      through.clear();
      counter.inc(1);
      await expect.poll(() => reporter.flush(10)).toBe(true);
    }
    expect(await linesOf(workers, /^jobs|fresh/)).toEqual(['exporterkit_workers{state="fresh"} 1', "jobs_total 8"]);
  });
});

/** Listens in front of `target`, and adds the sockets of connections through it to `through`. */
async function proxyTo(target: string, through: Set<Socket>): Promise<string> {
  const proxy: Server = createServer((near) => {
    const far = connect(target);
    for (const socket of [near, far]) through.add(socket.on("error", () => {}));
    near.pipe(far).pipe(near);
  });
  const place = join(folder, "proxy.sock");
  proxy.listen(place);
  await once(proxy, "listening");
  endings.push(async () => {
    for (const socket of through) socket.destroy();
    proxy.close();
  });
  return place;
}

describe("strangers", () => {
  /** Sends bytes and resolves when the connection is closed. */
  async function send(...bytes: readonly Uint8Array[]): Promise<void> {
    const socket = connect(path).on("error", () => {});
    for (const part of bytes) socket.write(part);
    socket.resume();
    await once(socket, "close");
  }

  function greeting(token = ""): Uint8Array {
    const frames = new FrameWriter();
    frames.begin(messages.hello);
    frames.u32(protocolVersion);
    for (const text of [token, "a stranger", ""]) frames.text(text);
    frames.end();
    return frames.take();
  }

  function frame(message: number, ...payload: readonly number[]): Uint8Array {
    const frames = new FrameWriter();
    frames.begin(message);
    for (const number of payload) frames.u32(number);
    frames.end();
    return frames.take();
  }

  it.each([
    { what: "no protocol at all", bytes: [Buffer.from("GET /metrics HTTP/1.1\r\n\r\n")], error: /its length is/ },
    { what: "no greeting", bytes: [frame(messages.done, 0, 0)], error: /it is no greeting/ },
    { what: "an unknown message", bytes: [greeting(), frame(33, 1)], error: /it has message 33/ },
    {
      what: "a family that was not described",
      bytes: [greeting(), frame(messages.rows, 1, 0, 1)],
      error: /not described/,
    },
    {
      what: "a frame that ends too early",
      bytes: [greeting(), frame(messages.family, 1, 99)],
      error: /ends too early/,
    },
  ])("that send $what are cut off, and reported", async ({ bytes, error }) => {
    const workers = await collect();
    const { counter, reporter } = work();
    counter.inc(3);
    await reporter.flush(10);
    await send(...bytes);
    expect(errors).toEqual([expect.stringMatching(error)]);
    expect(await linesOf(workers, /^jobs/)).toEqual(["jobs_total 3"]);
  });

  it("that send whatever bytes do no harm", async () => {
    const workers = await collect();
    const { counter, reporter } = work();
    counter.inc(3);
    await reporter.flush(10);
    const noise = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(...Object.values(messages)), fc.array(fc.nat(3), { maxLength: 20 }))
        .map(([message, payload]) => frame(message, ...payload)),
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(noise, { minLength: 1, maxLength: 20 }), async (greets, all) => {
        const socket = connect(path).on("error", () => {});
        if (greets) socket.write(greeting());
        for (const bytes of all) socket.write(bytes);
        socket.end();
        socket.resume();
        await once(socket, "close");
        expect(await linesOf(workers, /^jobs/)).toEqual(["jobs_total 3"]);
      }),
      { numRuns: 50 },
    );
  });

  it("that do not know the token are refused", async () => {
    await collect({ token: "secret" });
    await send(greeting("wrong!"));
    expect(errors).toEqual(["A worker has another token."]);
    const { reporter } = work({ token: "secret" });
    expect(await reporter.flush(10)).toBe(true);
  });
});

it.each([
  { limits: { maxWorkers: 1 }, error: /There are 1 workers already/ },
  { limits: { maxSeriesPerWorker: 1 }, error: /more than maxSeries 1/ },
])("a worker beyond $limits is refused, and told why", async ({ limits, error }) => {
  const workers = await collect(limits);
  const first = work();
  first.counter.inc();
  await first.reporter.flush(10);
  const second = work();
  const labelled = new Counter({ name: "c_total", help: "C.", labelNames: ["a"], registers: [second.registry] });
  for (const a of ["s", "t"]) labelled.inc({ a });
  await expect.poll(() => second.faults).toEqual([expect.stringMatching(error)]);
  expect(errors).toEqual([expect.stringMatching(error)]);
  expect(await linesOf(workers, /^jobs|fresh/)).toEqual(['exporterkit_workers{state="fresh"} 1', "jobs_total 1"]);
});

it("options that make no sense are refused", async () => {
  const registry = new Registry();
  await expect(collectWorkers({ registry, registers: [registry] })).rejects.toThrow("give another as registry");
  await expect(collectWorkers({ timeoutSeconds: 0 })).rejects.toThrow("timeoutSeconds is 0");
  expect(() => reportMetrics({ pushSeconds: -1 })).toThrow("pushSeconds is -1");
});
