import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogFolder, type Reading } from "./fixtures/logs-under-test.ts";

let folder: LogFolder;
let lives: Lives;
beforeEach(() => {
  folder = new LogFolder();
  lives = new Lives();
});
afterEach(() => folder.dispose());

/** One reader after the other, and how often each line was told of by the last scrape of each. */
class Lives {
  #reading: Reading | undefined;
  #before: Map<string, number>[] = [];
  #last = new Map<string, number>();
  #written = 0;

  async start(patterns = ["app*.log"]): Promise<void> {
    this.#reading = await folder.start({
      state_file: folder.file("state.json"),
      poll_interval: "20ms",
      sources: [
        {
          name: "app",
          files: patterns.map((pattern) => folder.file(pattern)),
          format: { regex: "^line (?P<id>\\S+)" },
          metrics: [
            { name: "lines_total", type: "counter", help: "Lines.", labels: { id: "id" }, max_series: 1_000_000 },
          ],
        },
      ],
    });
  }

  /** Text of lines that no other is like. */
  lines(count: number): string {
    return Array.from(
      { length: count },
      () => `line ${this.#written++} of äöü ${"x".repeat(this.#written % 90)}\n`,
    ).join("");
  }

  /** Ends the reader as if it was killed: what was not scraped was never told. */
  async kill(): Promise<void> {
    await this.#reading!.stop();
    this.#before.push(this.#last);
    this.#last = new Map();
  }

  async scrape(): Promise<void> {
    const samples = await this.#reading!.samples();
    this.#last = new Map([...samples].filter(([name]) => name.startsWith("lines_total")));
  }

  /** Waits until so many lines were read, also such as are of no format. */
  async expectRead(count: number): Promise<void> {
    await this.#reading!.until((samples) => samples.get('exporterkit_logs_lines_total{source="app"}')! >= count);
  }

  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const life of [...this.#before, this.#last]) {
      for (const [line, count] of life) counts.set(line, (counts.get(line) ?? 0) + count);
    }
    return counts;
  }

  /** Waits until each line was told of. */
  async expectAll(): Promise<void> {
    await expect
      .poll(
        async () => {
          await this.scrape();
          return this.counts().size;
        },
        { timeout: 15_000, interval: 20 },
      )
      .toBe(this.#written);
  }

  /** The same, and sees whether it was once. */
  async expectEachOnce(): Promise<void> {
    await this.expectAll();
    // What is counted twice may be so a little later.
    await wait(150);
    await this.scrape();
    expect([...this.counts()].filter(([, count]) => count !== 1)).toEqual([]);
    expect(this.counts().size).toBe(this.#written);
  }
}

describe("each line is counted once", () => {
  it("when a file is renamed and another takes its place, also if the old one is written to for a while", async () => {
    writeFileSync(folder.file("app.log"), lives.lines(3));
    await lives.start();
    // What was there at the very first start is not counted.
    await lives.scrape();
    lives = new Lives();
    await lives.start();
    const fd = openSync(folder.file("app.log"), "a");
    writeSync(fd, lives.lines(5));
    renameSync(folder.file("app.log"), folder.file("app.log.1"));
    writeSync(fd, lives.lines(5));
    writeFileSync(folder.file("app.log"), lives.lines(7));
    await lives.expectEachOnce();
    writeSync(fd, lives.lines(2));
    appendFileSync(folder.file("app.log"), lives.lines(2));
    await lives.expectEachOnce();
    unlinkSync(folder.file("app.log.1"));
    writeSync(fd, lives.lines(2));
    closeSync(fd);
    await lives.expectEachOnce();
  });

  it.each(["app*.log", "app*"])(
    "when a file is copied and truncated, once or several times, with the pattern %s",
    async (pattern) => {
      await lives.start([pattern]);
      for (let round = 1; round <= 4; round++) {
        appendFileSync(folder.file("app.log"), lives.lines(20));
        await lives.expectEachOnce();
        appendFileSync(folder.file("app.log"), lives.lines(3));
        copyFileSync(folder.file("app.log"), folder.file(`app.log.${round}`));
        truncateSync(folder.file("app.log"));
        appendFileSync(folder.file("app.log"), lives.lines(2));
      }
      await lives.expectEachOnce();
    },
  );

  it("of logs that begin alike, as those of one program may", async () => {
    await lives.start();
    const banner = `${"=".repeat(70)}\n`;
    for (const name of ["app.log", "app-slow.log"]) writeFileSync(folder.file(name), banner);
    await lives.expectRead(1);
    appendFileSync(folder.file("app.log"), lives.lines(3));
    await lives.expectEachOnce();
    appendFileSync(folder.file("app-slow.log"), lives.lines(30));
    await lives.expectEachOnce();
    // The next of both, while the ones before are still open.
    for (const name of ["app.log", "app-slow.log"]) {
      renameSync(folder.file(name), folder.file(`${name}.1`));
      writeFileSync(folder.file(name), banner);
    }
    await lives.expectRead(36);
    for (const name of ["app.log", "app-slow.log"]) appendFileSync(folder.file(name), lives.lines(3));
    await lives.expectEachOnce();
    // Others, of which one has all its lines before anybody looks.
    writeFileSync(folder.file("app-2.log"), banner);
    writeFileSync(folder.file("app-2-slow.log"), banner + lives.lines(30));
    await lives.expectEachOnce();
  });

  it("when a file is truncated and has grown beyond its old size at the next look", async () => {
    await lives.start();
    appendFileSync(folder.file("app.log"), lives.lines(10));
    await lives.expectEachOnce();
    writeFileSync(folder.file("app.log"), lives.lines(50));
    await lives.expectEachOnce();
    writeFileSync(folder.file("app.log"), lives.lines(50));
    await lives.expectEachOnce();
  });

  it("when files and folders are deleted and come again", async () => {
    mkdirSync(folder.file("app-1"));
    await lives.start(["app-*/x.log"]);
    for (let round = 0; round < 3; round++) {
      mkdirSync(folder.file("app-2"), { recursive: true });
      writeFileSync(folder.file("app-1/x.log"), lives.lines(5));
      writeFileSync(folder.file("app-2/x.log"), lives.lines(5));
      await lives.expectEachOnce();
      unlinkSync(folder.file("app-1/x.log"));
      rmSync(folder.file("app-2"), { recursive: true });
    }
  });

  it("whatever happens while the reader does not run", async () => {
    await lives.start();
    appendFileSync(folder.file("app.log"), lives.lines(5));
    await lives.expectEachOnce();
    await lives.kill();
    appendFileSync(folder.file("app.log"), lives.lines(5));
    renameSync(folder.file("app.log"), folder.file("app.log.1"));
    writeFileSync(folder.file("app.log"), lives.lines(5));
    writeFileSync(folder.file("app-new.log"), lives.lines(5));
    await lives.start();
    await lives.expectEachOnce();
    await lives.kill();
    copyFileSync(folder.file("app.log"), folder.file("app.log.2"));
    appendFileSync(folder.file("app.log.2"), lives.lines(3));
    truncateSync(folder.file("app.log"));
    appendFileSync(folder.file("app.log"), lives.lines(200));
    await lives.start();
    await lives.expectEachOnce();
  });

  it("when the reader dies with lines that it has counted and nobody was told of", async () => {
    await lives.start();
    appendFileSync(folder.file("app.log"), lives.lines(5));
    await lives.expectEachOnce();
    for (let round = 0; round < 3; round++) {
      appendFileSync(folder.file("app.log"), lives.lines(500));
      await wait(60);
      await lives.kill();
      await lives.start();
    }
    await lives.expectEachOnce();
  });

  it("when it is reached by several names, and when a symbolic link is turned to another file", async () => {
    mkdirSync(folder.file("data"));
    writeFileSync(folder.file("data/1"), lives.lines(5));
    await lives.start(["app*.log", "app/../app.log"]);
    symlinkSync(folder.file("data/1"), folder.file("app.log"));
    linkSync(folder.file("data/1"), folder.file("app-hard.log"));
    await lives.expectEachOnce();
    appendFileSync(folder.file("data/1"), lives.lines(5));
    writeFileSync(folder.file("data/2"), lives.lines(5));
    symlinkSync(folder.file("data/2"), folder.file("new"));
    renameSync(folder.file("new"), folder.file("app.log"));
    await lives.expectEachOnce();
    appendFileSync(folder.file("data/1"), lives.lines(1));
    appendFileSync(folder.file("data/2"), lives.lines(1));
    await lives.expectEachOnce();
  });

  it("when it is written in pieces, without an end until later, or when its file is gone", async () => {
    await lives.start();
    const line = lives.lines(1);
    appendFileSync(folder.file("app.log"), line.slice(0, 12));
    await wait(60);
    appendFileSync(folder.file("app.log"), line.slice(12));
    await lives.expectEachOnce();
  });

  it("of 50 files that are rotated in every way at random, with restarts in between", { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 50 }, (_, i) => `app-${i}.log`);
    let seed = 4711;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const generation = new Map<string, number>();
    const late: number[] = [];
    await lives.start();
    for (let step = 0; step < 600; step++) {
      const name = names[random(50)]!;
      const path = folder.file(name);
      const next = (generation.get(name) ?? 0) + 1;
      generation.set(name, next);
      const text = (): string => lives.lines(1 + random(20));
      switch (random(8)) {
        case 0:
          if (random(4) !== 0 || !existsSync(path)) break;
          // A file that nobody has seen yet under this name cannot be known under another.
          await lives.expectAll();
          late.push(openSync(path, "a"));
          appendFileSync(path, text());
          renameSync(path, `${path}.${next}`);
          writeFileSync(path, text());
          break;
        case 1:
          if (random(4) !== 0) break;
          appendFileSync(path, text());
          await lives.expectAll();
          appendFileSync(path, text());
          copyFileSync(path, `${path}.${next}`);
          truncateSync(path);
          appendFileSync(path, text());
          break;
        case 2:
          if (late.length > 0) writeSync(late[random(late.length)]!, text());
          break;
        case 3:
          if (random(20) === 0) {
            await lives.scrape();
            await lives.kill();
            appendFileSync(path, text());
            await lives.start();
          } else if (random(4) === 0) await lives.scrape();
          break;
        case 4:
          await wait(random(8));
          break;
        default:
          appendFileSync(path, text());
      }
    }
    await lives.expectEachOnce();
    for (const fd of late) closeSync(fd);
  });
});

describe("the file of a line", () => {
  it("is the one that it was written to, wherever the line is read", async () => {
    const config = {
      state_file: folder.file("state.json"),
      poll_interval: "20ms",
      sources: [
        {
          name: "app",
          files: [folder.file("app.log")],
          start_at: "beginning",
          metrics: [
            {
              name: "lines_total",
              type: "counter",
              help: "Lines.",
              labels: { file: { field: "file", regex: ".*/(.*)" } },
            },
          ],
        },
      ],
    };
    const log = folder.file("app.log");
    const counts = (samples: Map<string, number>): unknown[] =>
      [...samples].filter(([name]) => name.startsWith("lines_total"));
    const reading = await folder.start(config);
    writeFileSync(log, "a\nb\n");
    await reading.until((samples) => samples.get('lines_total{file="app.log"}') === 2);
    appendFileSync(log, "c\n");
    copyFileSync(log, folder.file("app.log.1"));
    truncateSync(log);
    appendFileSync(log, "d\n");
    expect(counts(await reading.until((samples) => sum(samples) === 4))).toEqual([['lines_total{file="app.log"}', 4]]);
    await reading.stop();
    appendFileSync(log, "e\n");
    renameSync(log, folder.file("app.log.2"));
    writeFileSync(log, "f\n");
    const after = await folder.start(config);
    expect(counts(await after.until((samples) => sum(samples) === 2))).toEqual([['lines_total{file="app.log"}', 2]]);
  });

  function sum(samples: Map<string, number>): number {
    return [...samples].reduce((total, [name, value]) => total + (name.startsWith("lines_total") ? value : 0), 0);
  }
});
