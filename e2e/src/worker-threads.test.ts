import { once } from "node:events";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { readNativeHistogram, readSamples, readValue } from "@exporterkit/client/testing";
import { type CollectedThreads, collectThreads } from "@exporterkit/client/worker-threads";
import { afterEach, beforeEach, expect, it } from "vitest";

let threads: CollectedThreads;
const errors: unknown[] = [];
const patience = { timeout: 20_000 };
const running = new Set<Worker>();

beforeEach(() => {
  errors.length = 0;
  threads = collectThreads({ registers: [], onError: (error) => errors.push(error) });
});
afterEach(async () => {
  for (const worker of running) await worker.terminate();
  threads.close();
  expect(errors).toEqual([]);
});

function launch(program: string, options?: WorkerOptions): Worker {
  const worker = new Worker(new URL(`threads/${program}.js`, import.meta.url), options);
  running.add(worker);
  worker.once("exit", () => running.delete(worker));
  worker.once("error", (error) => errors.push(error));
  return worker;
}

/** Starts a thread, and resolves when it shares its metrics. */
async function start(program: string, options?: WorkerOptions): Promise<Worker> {
  const worker = launch(program, options);
  await once(worker, "message");
  return worker;
}

/** Has a commanded thread do something, and resolves when it is done. */
async function command(worker: Worker, name: string, given: object = {}): Promise<void> {
  worker.postMessage({ command: name, ...given });
  await once(worker, "message");
}

/** The samples of a metric by their labels, as text. */
async function samplesOf(name: string): Promise<Map<string, number>> {
  const samples = await readSamples(threads.registry, name);
  return new Map(samples.map((sample) => [`${sample.name}${JSON.stringify(sample.labels)}`, sample.value]));
}

it("loses nothing that threads count which are killed under load, and no total falls", async () => {
  const labels = 500;
  const accounts: { readonly begun: Float64Array; readonly done: Float64Array }[] = [];
  const startCounting = (): Promise<Worker> => {
    const [begun, done] = [0, 1].map(() => new Float64Array(new SharedArrayBuffer(labels * 8)));
    accounts.push({ begun: begun!, done: done! });
    return start("counting-thread", { workerData: { begun, done, labels } });
  };
  let counting = await Promise.all([startCounting(), startCounting(), startCounting(), startCounting()]);
  let last = new Map<string, number>();
  let observed = 0;
  const scrape = async (): Promise<void> => {
    const found = new Map([...(await samplesOf("jobs_total")), ...(await samplesOf("job_seconds"))]);
    for (const [name, value] of last) expect(found.get(name), name).toBeGreaterThanOrEqual(value);
    expect(found.get("job_seconds_count{}")).toBe(found.get('job_seconds_bucket{"le":"+Inf"}'));
    last = found;
    const sizes = await readNativeHistogram(threads.registry, "job_size_bytes", { parity: 0 });
    const inBuckets = sizes?.positive.reduce((sum, [, count]) => sum + count, 0) ?? 0;
    expect(inBuckets).toBe(sizes?.count ?? 0);
    expect(inBuckets).toBeGreaterThanOrEqual(observed);
    observed = inBuckets;
  };
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 5; i++) await scrape();
    const [killed, ...others] = counting;
    const [restarted] = await Promise.all([startCounting(), killed.terminate(), scrape()]);
    counting = [...others, restarted];
  }
  await Promise.all(counting.map((worker) => worker.terminate()));
  await scrape();
  expect(await readValue(threads.registry, "exporterkit_threads")).toBe(0);
  expect(await readValue(threads.registry, "exporterkit_threads_ended_total")).toBe(8);
  expect(accounts).toHaveLength(8);
  const rounds = accounts.reduce((sum, { done }) => sum + done.reduce((a, b) => a + b, 0), 0);
  // Each thread ends at most one round short of those that are done.
  expect(observed).toBeGreaterThanOrEqual(rounds / 2 - 16);
  expect(observed).toBeLessThanOrEqual(rounds / 2 + 16);
  for (let label = 0; label < labels; label++) {
    const counted = last.get(`jobs_total${JSON.stringify({ kind: `kind ${label}` })}`) ?? 0;
    const total = (of: "begun" | "done"): number => accounts.reduce((sum, account) => sum + account[of][label]!, 0);
    expect(counted).toBeGreaterThanOrEqual(total("done"));
    expect(counted).toBeLessThanOrEqual(total("begun"));
  }
});

it("shows a thread that is busy what it counts, and the series that it creates meanwhile", async () => {
  const [begun, done] = [0, 1].map(() => new Float64Array(new SharedArrayBuffer(20_000 * 8)));
  await start("counting-thread", { workerData: { begun, done, labels: 20_000 } });
  const sumOf = (numbers: Iterable<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);
  let found = new Map<string, number>();
  let before = 0;
  while (found.size < 20_000) {
    const atLeast = Math.max(before, sumOf(done!));
    found = await samplesOf("jobs_total");
    const counted = sumOf(found.values());
    expect(counted).toBeGreaterThanOrEqual(atLeast);
    expect(counted).toBeLessThanOrEqual(sumOf(begun!));
    before = counted;
  }
});

it("never takes the numbers of one series for those of another, whatever comes and goes", async () => {
  await Promise.all([7, 8].map((seed) => start("changing-thread", { workerData: { seed } })));
  const seen = new Set<string>();
  const end = performance.now() + 2000;
  // Where others have the cores, it takes longer until there is something to see.
  while (performance.now() < end || seen.size <= 300) {
    for (const { labels, value } of await readSamples(threads.registry, "number")) {
      // A series is there for an instant before it is set for the first time.
      if (value !== 0) expect(Math.floor(value)).toBe(Number(labels["number"]));
      seen.add(JSON.stringify(labels));
    }
    for (const { labels, value } of await readSamples(threads.registry, "counted_total")) {
      expect(value % Number(labels["number"])).toBe(0);
    }
    for (const { name, labels, value } of await readSamples(threads.registry, "spread")) {
      if (name === "spread_gcount" && value !== 0) expect(value).toBe(Number(labels["number"]));
    }
  }
});

it("follows a thread from one series to 50,000", async () => {
  const worker = launch("commanded-thread");
  let to = 1;
  for (; to < 50_000; to *= 7) {
    await command(worker, "count", { to });
    expect((await samplesOf("rows_total")).size).toBe(to);
  }
  await command(worker, "count", { to: 50_000, amount: 2 });
  const found = await samplesOf("rows_total");
  expect(found.size).toBe(50_000);
  expect(found.get('rows_total{"row":"0"}')).toBe(8);
  expect(found.get('rows_total{"row":"49999"}')).toBe(2);
});

it("aggregates as each metric says, and keeps registries of another group apart", async () => {
  const admin = collectThreads({ registers: [], group: "admin" });
  const workers: Worker[] = [];
  for (const [i, name] of ["a", "b"].entries()) {
    const worker = launch("commanded-thread", { workerData: { worker: name } });
    const value = 2 + 6 * i;
    await command(worker, "set", {
      sum: value,
      max: value,
      min: value,
      average: value,
      first: value,
      perWorker: value,
    });
    workers.push(worker);
  }
  const values = async () =>
    (await readSamples(threads.registry))
      .filter(({ name }) => name.startsWith("level"))
      .map(({ name, labels, value }) => [name, labels["worker"], value]);
  expect(await values()).toEqual([
    ["level_average", undefined, 5],
    ["level_first", undefined, 2],
    ["level_max", undefined, 8],
    ["level_min", undefined, 2],
    ["level_perworker", "a", 2],
    ["level_perworker", "b", 8],
    ["level_sum", undefined, 10],
  ]);
  await workers[0]!.terminate();
  expect((await values()).filter(([, worker]) => worker !== "a").map(([, , value]) => value)).toEqual([
    8, 8, 8, 8, 8, 8,
  ]);
  expect(await readValue(threads.registry, "admin_total")).toBeUndefined();
  expect(await readValue(admin.registry, "admin_total")).toBe(2);
  expect(await readValue(admin.registry, "rows_total", { row: "0" })).toBeUndefined();
  admin.close();
});

it("keeps the totals of threads that start and stop all the time, and none of the threads", async () => {
  for (let round = 0; round < 15; round++) {
    await Promise.all(
      [1, 2, 3].map(async () => {
        const worker = launch("commanded-thread");
        await command(worker, "count", { to: 100 });
        await worker.terminate();
      }),
    );
  }
  expect([...new Set((await samplesOf("rows_total")).values())]).toEqual([45]);
  expect(await readValue(threads.registry, "exporterkit_threads")).toBe(0);
});

it.each([{ endsNested: true }, { endsNested: false }])(
  "sees threads that threads start, and their ends (before the others: $endsNested)",
  async ({ endsNested }) => {
    const worker = launch("commanded-thread", { workerData: { endsNested } });
    await command(worker, "count", { to: 1 });
    await command(worker, "nest");
    expect(await readValue(threads.registry, "rows_total", { row: 0 })).toBe(2);
    await expect.poll(() => readValue(threads.registry, "exporterkit_threads"), patience).toBe(endsNested ? 1 : 2);
    await worker.terminate();
    expect(await readValue(threads.registry, "rows_total", { row: 0 })).toBe(2);
    expect(await readValue(threads.registry, "exporterkit_threads")).toBe(0);
  },
);

it("collects from threads that were there before, and sees the end of those that are added", async () => {
  const worker = launch("commanded-thread");
  await command(worker, "count", { to: 3 });
  const late = collectThreads({ registers: [] });
  late.add(worker);
  await expect.poll(() => readValue(late.registry, "rows_total", { row: 2 }), patience).toBe(1);
  await worker.terminate();
  expect(await readValue(late.registry, "rows_total", { row: 2 })).toBe(1);
  expect(await readValue(late.registry, "exporterkit_threads")).toBe(0);
  late.close();
});
