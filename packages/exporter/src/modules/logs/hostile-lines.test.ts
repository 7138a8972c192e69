import { appendFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogFolder } from "./fixtures/logs-under-test.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

const lines = (source: string): string => `exporterkit_logs_lines_total{source="${source}"}`;

describe("hostile lines leave everything else going", () => {
  it("as long as 10 MB, at the start, in the middle and without an end", async () => {
    const long = Buffer.alloc(10_000_000, "x");
    writeFileSync(
      folder.file("a.log"),
      Buffer.concat([long, Buffer.from("\na\nb\n"), long, Buffer.from("\nc\n"), long]),
    );
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { line: "line" } }];
    const sources = [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", metrics }];
    const reading = await folder.start({ poll_interval: "20ms", sources });
    const dropped = 'exporterkit_logs_dropped_lines_total{source="a",reason="too_long"}';
    await reading.until(
      (samples) => samples.get(dropped) === 3 && samples.get('exporterkit_logs_lag_bytes{source="a"}') === 0,
    );
    appendFileSync(folder.file("a.log"), "rest\nd\n");
    const samples = await reading.until((all) => all.has('a_total{line="d"}'));
    expect([...samples.keys()].filter((name) => name.startsWith("a_total"))).toEqual(
      ["a", "b", "c", "d"].map((line) => `a_total{line="${line}"}`),
    );
    expect(samples.get(lines("a"))).toBe(4);
  });

  it("that are too long, also if they end after a restart", async () => {
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { line: "line" } }];
    const config = {
      state_file: folder.file("state"),
      sources: [{ name: "a", files: [folder.file("a.log")], metrics }],
    };
    writeFileSync(folder.file("a.log"), "");
    const first = await folder.start(config);
    appendFileSync(folder.file("a.log"), Buffer.alloc(300_000, "x"));
    await first.until(
      (samples) => samples.get('exporterkit_logs_dropped_lines_total{source="a",reason="too_long"}') === 1,
    );
    await first.stop();
    appendFileSync(folder.file("a.log"), "rest\na\n");
    const samples = await (await folder.start(config)).until((all) => all.has('a_total{line="a"}'));
    expect(samples.get(lines("a"))).toBe(1);
  });

  it("with NUL, invalid UTF-8, odd ends of line and what terminals obey", async () => {
    const odd = Buffer.concat([
      Buffer.from("v=\0a\u001b[2J\n"),
      Buffer.from([0x76, 0x3d, 0xff, 0xc3, 0x28, 0x0d, 0x0a]),
      Buffer.from("\n\r\n\uFEFFv=ü\u2028\n"),
      Buffer.from([0x76, 0x3d, 0xed, 0xa0, 0x80, 0x0a]),
    ]);
    writeFileSync(folder.file("a.log"), odd);
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { v: "v" } }];
    const sources = [
      { name: "a", files: [folder.file("a.log")], start_at: "beginning", format: { regex: "v=(?<v>.*)$" }, metrics },
    ];
    const reading = await folder.start({ sources });
    const samples = await reading.until((all) => all.get(lines("a")) === 6);
    const values = [...samples.keys()]
      .filter((name) => name.startsWith("a_total"))
      .map((name) => JSON.parse(/v=(".*")\}/s.exec(name)![1]!) as string);
    expect(values).toEqual(["\0a\u001b[2J", "\uFFFD\uFFFD(", "ü\u2028", "\uFFFD\uFFFD\uFFFD"]);
  });

  it("for which patterns try again and again: scrapes are answered meanwhile, and other lines counted", async () => {
    const patterns = [
      "(a+)+$",
      "^(a|a)*$",
      "(.*)(.*)(.*)(.*)x",
      "(?<x>\\d+)ms",
      "(a?){30}a{30}$",
      "^(([a-z])+.)+[A-Z]([a-z])+$",
    ];
    const attack = [
      `${"a".repeat(60_000)}!`,
      "1".repeat(60_000),
      `${"a".repeat(29)}${"b".repeat(60_000)}`,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    ];
    writeFileSync(folder.file("a.log"), `${Array.from({ length: 20 }, () => attack.join("\n")).join("\n")}\n`);
    const metrics = patterns.map((regex, i) => ({
      name: `p${i}_total`,
      type: "counter",
      help: "H.",
      format: { regex },
    }));
    const reading = await folder.start({
      sources: [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", metrics }],
    });
    let longest = 0;
    let before = performance.now();
    await reading.until((samples) => {
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
      return samples.get(lines("a")) === 80;
    });
    // Far more than a scrape takes by itself, and far less than any of the patterns would without bounds.
    expect(longest).toBeLessThan(1000);
  });

  it("with objects within objects, as deep as a line is long", async () => {
    const deep = `{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
    writeFileSync(folder.file("a.log"), `${deep}\n{"a":"b"}\n`);
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { a: "a" } }];
    const sources = [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", format: "json", metrics }];
    const samples = await (await folder.start({ sources })).until((all) => all.get(lines("a")) === 2);
    expect(samples.get('a_total{a="b"}')).toBe(1);
  });

  it("with far more different values than series", async () => {
    let text = "";
    for (let i = 0; i < 100_000; i++) text += `id=${i}\n`;
    writeFileSync(folder.file("a.log"), text);
    text = "";
    const metrics = [
      { name: "a_total", type: "counter", help: "H.", labels: { id: "id" }, max_series: 100 },
      { name: "h", type: "histogram", help: "H.", labels: { id: "id" }, value: "id", max_series: 100 },
    ];
    const reading = await folder.start({
      sources: [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", format: "logfmt", metrics }],
    });
    const samples = await reading.until((all) => all.get(lines("a")) === 100_000);
    expect(samples.get('a_total{id="other"}')).toBe(99_900);
    expect(samples.get('h_count{id="other"}')).toBe(99_900);
  });
});
