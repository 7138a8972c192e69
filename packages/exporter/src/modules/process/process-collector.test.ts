import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StartedCollector } from "../../testing/started-collector.ts";
import { silentLogger } from "../../logger.ts";
import { makeMatcher } from "./matcher.ts";
import { ProcFiles } from "./proc-files.ts";
import { Tracker } from "./tracker.ts";
import { UserNames } from "./user-names.ts";
import { type FakeProcess, ProcTree } from "./fixtures/proc-tree.ts";
import { groupsIn, scrape, startIn } from "./fixtures/scrapes.ts";
import type { ProcessOptions } from "./process-collector.ts";

let tree: ProcTree;
beforeEach(() => {
  tree = new ProcTree();
});
afterEach(() => tree.dispose());

const start = (options: Partial<ProcessOptions> = {}): Promise<StartedCollector> => startIn(tree, options);
const groupsOf = async (options: Partial<ProcessOptions>): Promise<string[]> =>
  groupsIn(await scrape(await start(options)));

it("exposes a group by process-exporter's names", async () => {
  const worker = { comm: "worker", switches: 3, state: "R" };
  const watched: FakeProcess = { comm: "app", openFiles: 5, switches: 4, threads: { 11: worker } };
  tree.set(10, watched);
  tree.set(20, { comm: "app", startTicks: 700, state: "Z", openFiles: 0 });
  const started = await start({ threads: true });
  tree.set(10, {
    ...watched,
    userTicks: 150,
    systemTicks: 25,
    readBytes: 1024,
    switches: 5,
    threads: { 11: { ...worker, userTicks: 50, switches: 8 } },
  });
  const samples = await scrape(started);
  expect(Object.fromEntries(samples)).toEqual({
    'num_procs{groupname="app"}': 2,
    'num_threads{groupname="app"}': 3,
    'open_filedesc{groupname="app"}': 5,
    'worst_fd_ratio{groupname="app"}': 0.05,
    'oldest_start_time_seconds{groupname="app"}': 1_700_000_005,
    'read_bytes_total{groupname="app"}': 1024,
    'write_bytes_total{groupname="app"}': 0,
    'major_page_faults_total{groupname="app"}': 0,
    'minor_page_faults_total{groupname="app"}': 0,
    'cpu_seconds_total{groupname="app",mode="user"}': 1.5,
    'cpu_seconds_total{groupname="app",mode="system"}': 0.25,
    'context_switches_total{groupname="app",ctxswitchtype="voluntary"}': 6,
    'context_switches_total{groupname="app",ctxswitchtype="nonvoluntary"}': 12,
    'memory_bytes{groupname="app",memtype="resident"}': 12_288,
    'memory_bytes{groupname="app",memtype="virtual"}': 16_384,
    'memory_bytes{groupname="app",memtype="swapped"}': 2048,
    'memory_bytes{groupname="app",memtype="proportionalResident"}': 24_576,
    'memory_bytes{groupname="app",memtype="proportionalSwapped"}': 6144,
    'states{groupname="app",state="Running"}': 1,
    'states{groupname="app",state="Sleeping"}': 1,
    'states{groupname="app",state="Waiting"}': 0,
    'states{groupname="app",state="Zombie"}': 1,
    'states{groupname="app",state="Other"}': 0,
    'threads_wchan{groupname="app",wchan="do_wait"}': 1,
    'thread_count{groupname="app",threadname="app"}': 1,
    'thread_count{groupname="app",threadname="worker"}': 1,
    'thread_cpu_seconds_total{groupname="app",threadname="app",mode="user"}': 1.5,
    'thread_cpu_seconds_total{groupname="app",threadname="app",mode="system"}': 0.25,
    'thread_cpu_seconds_total{groupname="app",threadname="worker",mode="user"}': 0.5,
    'thread_cpu_seconds_total{groupname="app",threadname="worker",mode="system"}': 0,
    'thread_io_bytes_total{groupname="app",threadname="app",iomode="read"}': 1024,
    'thread_io_bytes_total{groupname="app",threadname="app",iomode="write"}': 0,
    'thread_io_bytes_total{groupname="app",threadname="worker",iomode="read"}': 0,
    'thread_io_bytes_total{groupname="app",threadname="worker",iomode="write"}': 0,
    'thread_major_page_faults_total{groupname="app",threadname="app"}': 0,
    'thread_major_page_faults_total{groupname="app",threadname="worker"}': 0,
    'thread_minor_page_faults_total{groupname="app",threadname="app"}': 0,
    'thread_minor_page_faults_total{groupname="app",threadname="worker"}': 0,
    'thread_context_switches_total{groupname="app",threadname="app",ctxswitchtype="voluntary"}': 1,
    'thread_context_switches_total{groupname="app",threadname="app",ctxswitchtype="nonvoluntary"}': 2,
    'thread_context_switches_total{groupname="app",threadname="worker",ctxswitchtype="voluntary"}': 5,
    'thread_context_switches_total{groupname="app",threadname="worker",ctxswitchtype="nonvoluntary"}': 10,
    scrape_errors: 0,
    scrape_partial_errors: 0,
    scrape_procread_errors: 0,
  });
});

it("counts from its start on where the time since the system started is another than that of processes, as in LXC", async () => {
  tree.set(10, { comm: "app", startTicks: 9_000_000, userTicks: 5000, switches: 7 });
  const started = await start();
  tree.set(10, { comm: "app", startTicks: 9_000_000, userTicks: 5100, switches: 9 });
  tree.set(20, { comm: "app", startTicks: 9_000_100, userTicks: 200, switches: 1 });
  const samples = await scrape(started);
  expect(samples.get('cpu_seconds_total{groupname="app",mode="user"}')).toBe(3);
  expect(samples.get('context_switches_total{groupname="app",ctxswitchtype="voluntary"}')).toBe(3);
});

describe("children", () => {
  const shOnly = [{ name: "shells", comm: ["sh"] }];

  it("belong to the group of their nearest ancestor that is in one, unless told otherwise", async () => {
    tree.set(1, { comm: "init", parent: 0 });
    tree.set(30, { comm: "sh" });
    // A parent may have a higher number.
    tree.set(20, { comm: "make", parent: 30 });
    tree.set(40, { comm: "cc", parent: 20 });
    tree.set(50, { comm: "other" });
    expect((await scrape(await start({ processNames: shOnly }))).get('num_procs{groupname="shells"}')).toBe(3);
    const alone = await scrape(await start({ processNames: shOnly, children: false }));
    expect(alone.get('num_procs{groupname="shells"}')).toBe(1);
  });

  it("stay in their group when the ancestor ends", async () => {
    tree.set(30, { comm: "sh" });
    tree.set(31, { comm: "cc", parent: 30 });
    const started = await start({ processNames: shOnly });
    tree.remove(30);
    tree.set(31, { comm: "cc", parent: 1 });
    expect((await scrape(started)).get('num_procs{groupname="shells"}')).toBe(1);
  });

  it("of a parent that is its own ancestor, as files read at different times may say, end nothing", async () => {
    tree.set(30, { comm: "a", parent: 31 });
    tree.set(31, { comm: "b", parent: 30 });
    expect(await groupsOf({ processNames: shOnly })).toEqual([]);
  });
});

it("groups may be those of users and of what started a process", async () => {
  tree.set(10, { uid: 33, cgroup: "12:pids:/\n0::/system.slice/nginx.service\n" });
  tree.set(11, { uid: 4711, parent: 0, cgroup: "1:name=systemd:/user.slice/user-4711.slice/session-1.scope\n" });
  tree.set(12, { parent: 0 });
  const processNames = [
    { name: "{{.Username}} {{.Unit}}", user: ["web"] },
    { name: "{{.Username}} {{index .Cgroups 0}}", cgroup: ["user\\.slice"] },
  ];
  expect(await groupsOf({ processNames })).toEqual([
    "web nginx.service",
    "4711 /user.slice/user-4711.slice/session-1.scope",
  ]);
});

describe("counters of a group", () => {
  const cpu = 'cpu_seconds_total{groupname="app",mode="user"}';

  it("begin at 0 for what is there, and have all that a process did which began later", async () => {
    tree.set(10, { comm: "app", userTicks: 500 });
    const started = await start();
    expect((await scrape(started)).get(cpu)).toBe(0);
    tree.set(11, { comm: "app", userTicks: 300, startTicks: 20_000 });
    expect((await scrape(started)).get(cpu)).toBe(3);
  });

  it("keep what ended processes did, also where another takes the number", async () => {
    tree.set(10, { comm: "app" });
    const started = await start();
    tree.set(10, { comm: "app", userTicks: 400 });
    expect((await scrape(started)).get(cpu)).toBe(4);
    tree.set(10, { comm: "app", userTicks: 100, startTicks: 20_000 });
    expect((await scrape(started)).get(cpu)).toBe(5);
    tree.remove(10);
    const empty = await scrape(started);
    expect(empty.get(cpu)).toBe(5);
    expect(empty.get('num_procs{groupname="app"}')).toBe(0);
    expect([...empty.keys()].filter((key) => key.startsWith("oldest"))).toEqual([]);
  });

  it("never fall, whatever begins, works and ends", async () => {
    const event = fc.record({
      pid: fc.integer({ min: 1, max: 4 }),
      ends: fc.boolean(),
      startTicks: fc.constantFrom(1, 20_000, 30_000),
      userTicks: fc.nat(1000),
      readBytes: fc.nat(1000),
      thread: fc.option(fc.record({ userTicks: fc.nat(100), switches: fc.nat(100) }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 6 }), async (steps) => {
        for (const pid of [1, 2, 3, 4]) tree.remove(pid);
        const started = await start({ threads: true });
        let before = await scrape(started);
        for (const step of steps) {
          for (const { pid, ends, thread, ...fake } of step) {
            if (ends) tree.remove(pid);
            else tree.set(pid, { comm: "app", ...fake, ...(thread === undefined ? {} : { threads: { 9: thread } }) });
          }
          const now = await scrape(started);
          for (const [key, value] of before) {
            if (/^(?!thread_)\w+_total/.test(key)) expect(now.get(key)).toBeGreaterThanOrEqual(value);
          }
          for (const value of now.values()) expect(value).toBeGreaterThanOrEqual(0);
          before = now;
        }
      }),
      { numRuns: 30 },
    );
  });
});

it("recheck moves a process that has changed its name; what it did stays", async () => {
  tree.set(10, { comm: "before" });
  const [fixed, rechecked] = [await start(), await start({ recheck: true })];
  tree.set(10, { comm: "before", userTicks: 100 });
  await scrape(rechecked);
  tree.set(10, { comm: "after", userTicks: 300 });
  expect((await scrape(fixed)).get('num_procs{groupname="before"}')).toBe(1);
  const samples = await scrape(rechecked);
  expect(samples.get('num_procs{groupname="before"}')).toBe(0);
  expect(samples.get('cpu_seconds_total{groupname="before",mode="user"}')).toBe(1);
  expect(samples.get('num_procs{groupname="after"}')).toBe(1);
  expect(samples.get('cpu_seconds_total{groupname="after",mode="user"}')).toBe(2);
});

it("a procfs that cannot be read is an error of the scrape, and what was counted is there afterwards", async () => {
  tree.set(10, { comm: "app" });
  const started = await start();
  tree.remove("stat");
  const samples = await scrape(started);
  expect(Object.fromEntries(samples)).toEqual({
    scrape_errors: 1,
    scrape_partial_errors: 0,
    scrape_procread_errors: 0,
  });
  tree.write("stat", "btime 1700000000\n");
  expect((await scrape(started)).get('num_procs{groupname="app"}')).toBe(1);
});

it("groups are bounded: those without processes make room, and processes of more are left out", async () => {
  const names = (pids: readonly number[]): string[] => pids.map((pid) => String(pid));
  const options = { processNames: [{ name: "{{.PID}}", cmdline: [".+"] }], maxGroups: 3 };
  for (const pid of [1, 2, 3, 4, 5]) tree.set(pid, { parent: 0 });
  const started = await start(options);
  const shown = async (): Promise<string[]> => groupsIn(await scrape(started));
  expect(await shown()).toEqual(names([1, 2, 3]));
  tree.remove(1);
  tree.remove(2);
  expect((await shown()).length).toBeLessThanOrEqual(3);
  expect(await shown()).toEqual(expect.arrayContaining(names([3, 4, 5])));
});

it("nothing is kept of processes that have ended", async () => {
  const files = new ProcFiles(tree.path);
  const tracker = new Tracker({
    matcher: makeMatcher([{ comm: ["app"] }]),
    children: true,
    recheck: false,
    threads: true,
    smaps: true,
    maxGroups: 10,
    files,
    users: new UserNames(`${tree.path}/passwd`),
    logger: silentLogger,
  });
  for (let round = 0; round < 5; round++) {
    for (let pid = 1; pid <= 20; pid++) tree.set(pid + round * 20, { comm: pid % 2 === 0 ? "app" : "ignored" });
    await tracker.update();
    expect(tracker.size).toBe(20);
    for (let pid = 1; pid <= 20; pid++) tree.remove(pid + round * 20);
  }
  await tracker.update();
  expect(tracker.size).toBe(0);
});

it("a scrape whose time is up ends, and the next one has everything", async () => {
  for (let pid = 1; pid <= 400; pid++) tree.set(pid, { comm: "app" });
  const started = await start();
  await expect(started.scrape({ timeoutSeconds: 0 })).rejects.toThrow("not done within 0 s");
  expect((await scrape(started)).get('num_procs{groupname="app"}')).toBe(400);
});
