import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../../logger.ts";
import { type StartedCollector, startCollector } from "../../testing/started-collector.ts";
import { LogFolder, logsConfig, Reading } from "./fixtures/logs-under-test.ts";
import { logsCollector, type LogsSeat } from "./logs-collector.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

const metric = { name: "a_total", type: "counter", help: "H.", labels: { line: "line" } };
const source = (change: object = {}): object => ({
  name: "a",
  files: [folder.file("a.log")],
  metrics: [metric],
  ...change,
});
const counted = (samples: ReadonlyMap<string, number>): string[] =>
  [...samples]
    .filter(([name]) => name.startsWith("a_total"))
    .map(([name, value]) => `${/line="(.*)"/.exec(name)![1]} ${value}`);

describe("a reload", () => {
  it.each([undefined, "state.json"])(
    "goes on behind the last scrape, once the reader before has stopped, with the state file %s",
    async (state) => {
      const seat: LogsSeat = {};
      const config = logsConfig({
        poll_interval: "10ms",
        state_file: state && folder.file(state),
        sources: [source()],
      });
      const started: StartedCollector[] = [];
      const start = async (): Promise<Reading> => {
        started.push(await startCollector(logsCollector(config, silentLogger, seat)));
        return new Reading(started.at(-1)!);
      };
      folder.write("a.log", "old\n");
      const first = await start();
      appendFileSync(folder.file("a.log"), "1\n2\n");
      await first.until((samples) => counted(samples).length === 2);
      // One that does not come to read, because another collector does not start.
      const never = await start();
      await never.stop();
      const second = await start();
      appendFileSync(folder.file("a.log"), "3\n");
      await first.until((samples) => counted(samples).length === 3);
      const waiting = second.samples();
      await first.stop();
      expect(counted(await waiting)).toEqual([]);
      appendFileSync(folder.file("a.log"), "4\n");
      expect(counted(await second.until((samples) => counted(samples).length > 0))).toEqual(["4 1"]);
      await second.stop();
      // Without the module for a while.
      appendFileSync(folder.file("a.log"), "5\n");
      const third = await start();
      expect(counted(await third.until((samples) => counted(samples).length > 0))).toEqual(["5 1"]);
      await third.stop();
    },
  );

  it("after a start that failed begins anew", async () => {
    const seat: LogsSeat = {};
    const broken = logsConfig({ sources: [source({ files: undefined, journald: { command: folder.file("none") } })] });
    await expect(startCollector(logsCollector(broken, silentLogger, seat))).rejects.toThrow("does not start");
    const collector = await startCollector(logsCollector(logsConfig({ sources: [source()] }), silentLogger, seat));
    expect((await new Reading(collector).samples()).size).toBeGreaterThan(0);
    await collector.stop();
  });
});

describe("scrapes one after the other", () => {
  it("are answered while a large file is read, which goes on meanwhile, each line counted once", async () => {
    const all = 60_000;
    const text = (from: number): string =>
      Array.from({ length: all / 2 }, (_, i) => `${from + i} ${i % 3 === 0 ? "ä" : ""}${"x".repeat(i % 100)}\n`).join(
        "",
      );
    folder.write("a.log", text(0) + text(all / 2));
    const sum = { name: "sum", type: "histogram", help: "H.", value: "n", buckets: [all] };
    const reading = await folder.start({
      sources: [source({ start_at: "beginning", format: { regex: "^(?<n>\\d+)" }, metrics: [sum] })],
    });
    const counts = new Set<number>();
    for (let count = 0; count < all; counts.add(count)) {
      const samples = await reading.samples();
      count = samples.get("sum_count") ?? 0;
      expect(samples.get('exporterkit_logs_lines_total{source="a"}')).toBe(count);
      // The lines have their numbers.
      expect(samples.get("sum_sum") ?? 0).toBe((count * Math.max(0, count - 1)) / 2);
    }
    expect([...counts].at(-1)).toBe(all);
    expect(counts.size).toBeGreaterThan(5);
  });
});

it("what only the live page has shown is counted again after a restart, and what a scrape has told is not", async () => {
  folder.write("a.log", "1\n2\n");
  const config = {
    state_file: folder.file("state.json"),
    poll_interval: "10ms",
    sources: [source({ start_at: "beginning" })],
  };
  const first = await folder.start(config);
  await vi.waitFor(async () => expect(counted(await first.samples({ isSample: true }))).toHaveLength(2), 10_000);
  await first.stop();
  const second = await folder.start(config);
  expect(counted(await second.until((samples) => counted(samples).length === 2))).toEqual(["1 1", "2 1"]);
  await second.samples({ isSample: true });
  await second.stop();
  appendFileSync(folder.file("a.log"), "3\n");
  const third = await folder.start(config);
  expect(counted(await third.until((samples) => counted(samples).length > 0))).toEqual(["3 1"]);
});

describe("the state file", () => {
  it("has hashes and no text of logs, and nobody else may read it", async () => {
    folder.write("a.log", "secret\n");
    const reading = await folder.start({
      state_file: folder.file("x/state.json"),
      sources: [source({ start_at: "beginning" })],
    });
    await reading.until((samples) => counted(samples).length === 1);
    await reading.stop();
    const text = readFileSync(folder.file("x/state.json"), "utf8");
    expect(text).not.toContain("secret");
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      sources: { a: { files: [{ path: folder.file("a.log"), offset: 7 }] } },
    });
  });

  it.each(["", "{", "[]", '{"version":2,"sources":{}}', '{"version":1,"sources":{"a":{"files":[{}]}}}'])(
    "%j is told to be none",
    async (text) => {
      folder.write("state.json", text);
      await expect(folder.start({ state_file: folder.file("state.json"), sources: [source()] })).rejects.toMatchObject({
        code: "start_failed",
        message: expect.stringContaining("remove it") as string,
      });
    },
  );

  it("that cannot be written is told at the start", async () => {
    mkdirSync(folder.file("state.json"));
    await expect(folder.start({ state_file: folder.file("state.json"), sources: [source()] })).rejects.toThrow(
      "cannot be read: EISDIR",
    );
    writeFileSync(folder.file("file"), "");
    await expect(
      folder.start({ state_file: folder.file("file/state.json"), sources: [source()] }),
    ).rejects.toMatchObject({ code: "start_failed" });
  });

  it("need not be there for files that come later to be read from their start", async () => {
    folder.write("a.log", "there\nhalf");
    const reading = await folder.start({ poll_interval: "10ms", sources: [source({ files: [folder.file("*.log")] })] });
    folder.write("b.log", "new\n");
    appendFileSync(folder.file("a.log"), "-line\n");
    const samples = await reading.until((all) => counted(all).length === 2);
    expect(counted(samples).toSorted()).toEqual(["half-line 1", "new 1"]);
  });
});
