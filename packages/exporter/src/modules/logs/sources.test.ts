import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { appendFileSync, chmodSync, createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "./fixtures/free-port.ts";
import { LogFolder } from "./fixtures/logs-under-test.ts";
import { SyslogFrames } from "./syslog-frames.ts";
import { parseSyslog } from "./syslog-message.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

const lines = { name: "lines_total", type: "counter", help: "Lines." } as const;
const byLine = { ...lines, labels: { line: "line" } };

describe("a named pipe", () => {
  it("is read while writers come and go", async () => {
    execFileSync("mkfifo", [folder.file("pipe")]);
    const reading = await folder.start({ sources: [{ name: "p", pipe: folder.file("pipe"), metrics: [byLine] }] });
    for (const text of ["a\nb\r\n", "c\n"]) {
      const writer = createWriteStream(folder.file("pipe"));
      writer.end(text);
      await once(writer, "close");
    }
    await reading.until(
      (samples) => samples.get('lines_total{line="b"}') === 1 && samples.get('lines_total{line="c"}') === 1,
    );
  });

  it("that is made anew is read, too, once the one before has been read", async () => {
    const pipe = folder.file("pipe");
    execFileSync("mkfifo", [pipe]);
    const reading = await folder.start({ sources: [{ name: "p", pipe, metrics: [byLine] }] });
    const before = createWriteStream(pipe);
    await once(before, "open");
    rmSync(pipe);
    execFileSync("mkfifo", [pipe]);
    before.end("a\n");
    const writer = createWriteStream(pipe);
    writer.end("b\n");
    await once(writer, "close");
    await reading.until(
      (samples) => samples.get('lines_total{line="a"}') === 1 && samples.get('lines_total{line="b"}') === 1,
    );
  });

  it("that is a file is told as such", async () => {
    folder.write("file", "");
    const warnings: object[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
    const reading = await folder.start(
      { sources: [{ name: "p", pipe: folder.file("file"), metrics: [lines] }] },
      logger,
    );
    await reading.until((samples) => samples.get('exporterkit_logs_errors_total{source="p",kind="read"}')! > 0);
    expect(warnings[0]).toMatchObject({
      source: "p",
      error: expect.stringContaining("is no named pipe; make one with mkfifo") as string,
    });
    // It is tried again every second, and not told every second.
    await reading.until((samples) => samples.get('exporterkit_logs_errors_total{source="p",kind="read"}')! > 2);
    expect(warnings).toHaveLength(1);
  });
});

describe("several lines", () => {
  const multiline = { start: "^\\d", max_lines: 3, max_wait: "50ms" };
  const source = {
    name: "m",
    start_at: "beginning",
    multiline,
    format: { regex: "^(?<event>[\\s\\S]*)$" },
    metrics: [{ ...lines, labels: { event: "event" } }],
  };

  it("are one event, which ends with the next, when it is full, or when nothing follows", async () => {
    folder.write("m.log", "x\n1 a\n at b\n2\n3\n c\n d\n e\n");
    const reading = await folder.start({
      poll_interval: "20ms",
      sources: [{ ...source, files: [folder.file("m.log")] }],
    });
    const samples = await reading.until((all) => all.get(String.raw`lines_total{event=" e"}`) === 1);
    const events = [...samples.keys()]
      .filter((name) => name.startsWith("lines_total"))
      .map((name) => JSON.parse(/event=(".*")\}/.exec(name)![1]!) as string);
    expect(events).toEqual(["x", "1 a\n at b", "2", "3\n c\n d", " e"]);
    expect(samples.get('exporterkit_logs_lines_total{source="m"}')).toBe(8);
    expect(samples.get('exporterkit_logs_matched_lines_total{source="m"}')).toBe(5);
  });

  it("are counted again by who comes after if they were not complete", async () => {
    const config = {
      state_file: folder.file("state.json"),
      poll_interval: "20ms",
      sources: [{ ...source, multiline: { ...multiline, max_wait: "1h" }, files: [folder.file("m.log")] }],
    };
    folder.write("m.log", "1 a\n b\n2 c\n d\n");
    const first = await folder.start(config);
    await first.until((samples) => samples.get(String.raw`lines_total{event="1 a\n b"}`) === 1);
    await first.stop();
    appendFileSync(folder.file("m.log"), "3 e\n");
    const second = await folder.start(config);
    const samples = await second.until((all) => all.get(String.raw`lines_total{event="2 c\n d"}`) === 1);
    expect(samples.get(String.raw`lines_total{event="1 a\n b"}`)).toBeUndefined();
  });
});

describe("syslog", () => {
  it.each([
    [
      "<34>1 2026-10-11T22:14:15.003Z mymachine.example.com su 12 ID47 - \uFEFF'su root' failed",
      {
        facility: "auth",
        severity: "crit",
        host: "mymachine.example.com",
        program: "su",
        pid: "12",
        message_id: "ID47",
        timestamp: "2026-10-11T22:14:15.003Z",
      },
      "'su root' failed",
    ],
    [
      '<165>1 - - evntslog - ID47 [a@1 iut="3" b="\\"]"][c d="e"] An event',
      {
        facility: "local4",
        severity: "notice",
        program: "evntslog",
        host: undefined,
        structured_data: '[a@1 iut="3" b="\\"]"][c d="e"]',
      },
      "An event",
    ],
    ["<165>1 - - - - - -", { severity: "notice", structured_data: undefined }, ""],
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
      { host: "mymachine", program: "su", pid: undefined, timestamp: "Oct 11 22:14:15" },
      "'su root' failed",
    ],
    ["<13>Oct  1 09:05:07 host-1 sshd[123]: Failed", { host: "host-1", program: "sshd", pid: "123" }, "Failed"],
    ["<13>Oct  1 09:05:07 sshd[123]: Failed", { host: undefined, program: "sshd", pid: "123" }, "Failed"],
    ...[
      ["100: *Mar  1 00:00:01.123", undefined, "Mar  1 00:00:01.123"],
      ["43: edge-1: .Jan  5 08:00:00 UTC", "edge-1", "Jan  5 08:00:00 UTC"],
      [": 2026 Jan  5 08:00:00 UTC", undefined, "2026 Jan  5 08:00:00 UTC"],
      ["Jan 05 2026 08:00:00 fw1 ", "fw1", "Jan 05 2026 08:00:00"],
    ].map(([head, host, timestamp]): [string, object, string] => [
      `<189>${head}: %SYS-5-CONFIG_I: Configured`,
      { facility: "local7", severity: "notice", host, timestamp, program: "%SYS-5-CONFIG_I" },
      "Configured",
    ]),
    ["<189>%ASA-6-302013: Built", { host: undefined, program: "%ASA-6-302013" }, "Built"],
    ["<189>17: Configured", { host: undefined, program: undefined }, "17: Configured"],
    ["<0>just text", { facility: "kern", severity: "emerg", program: undefined }, "just text"],
  ])("%s is taken apart", (text, envelope, message) => {
    const parsed = parseSyslog(text)!;
    expect(parsed.message).toBe(message);
    expect(parsed.envelope).toMatchObject(envelope);
  });

  it.each(["", "text", "<>x", "<192>x", "<1234>x", "<34>1 a b", "<34>1 - - - - - [open"])(
    "%j is no message",
    (text) => {
      expect(parseSyslog(text)).toBeUndefined();
    },
  );

  it("has its messages cut out of a connection in the same way whatever pieces it comes in", () => {
    const message = fc.stringMatching(/^<\d>[a-z é]{0,40}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.boolean())), fc.array(fc.nat(30)), (messages, cuts) => {
        const bytes = Buffer.from(
          messages.map(([text, counted]) => (counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`)).join(""),
        );
        const found: string[] = [];
        let dropped = 0;
        const frames = new SyslogFrames(30, () => dropped++);
        const takeAll = (): void => {
          for (let part = frames.next(); part !== undefined; part = frames.next()) found.push(part.toString());
        };
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          frames.take(bytes.subarray(at, at + cut));
          takeAll();
          at += cut;
        }
        frames.end();
        takeAll();
        const short = messages.map(([text]) => text).filter((text) => Buffer.byteLength(text) <= 30);
        expect(found).toEqual(short);
        expect(dropped).toBe(messages.length - short.length);
      }),
    );
  });

  it("comes by UDP and TCP, whatever strangers send", async () => {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const reading = await folder.start({
      sources: [
        {
          name: "s",
          syslog: { udp: address, tcp: address, max_connections: 2 },
          max_line_size: 1000,
          metrics: [{ ...lines, labels: { host: "host", severity: "severity", peer: "peer", line: "line" } }],
        },
      ],
    });
    const udp = createSocket("udp4");
    const send = promisify<string | Buffer, number, string>(udp.send.bind(udp));
    await send("<11>Oct  1 09:05:07 h p: udp\n", port, "127.0.0.1");
    await send(Buffer.alloc(2000, "x"), port, "127.0.0.1");
    await send("no priority", port, "127.0.0.1");
    udp.close();
    const open = async (): Promise<Socket> => {
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      await once(socket, "connect");
      return socket;
    };
    const [first, second] = [await open(), await open()];
    first.write("<12>Oct  1 09:05:07 h p: by line\n32 <12>Oct  1 09:05:07 h p: counted");
    first.write(`<12>${"y".repeat(3000)}`);
    second.write("5000 ");
    const third = await open();
    await once(third, "close");
    first.end("\n<12>Oct  1 09:05:07 h p: last");
    second.destroy();
    const samples = await reading.until(
      (all) =>
        [...all.keys()].filter((name) => name.startsWith("lines_total{")).length === 4 &&
        all.get('exporterkit_logs_open_files{source="s"}') === 0,
    );
    const labels = (severity: string, line: string): string =>
      `lines_total{host="h",severity="${severity}",peer="127.0.0.1",line="${line}"}`;
    expect(samples.get(labels("err", "udp"))).toBe(1);
    for (const line of ["by line", "counted", "last"]) expect(samples.get(labels("warning", line)), line).toBe(1);
    expect(samples.get('exporterkit_logs_dropped_lines_total{source="s",reason="too_long"}')).toBe(3);
    expect(samples.get('exporterkit_logs_dropped_lines_total{source="s",reason="malformed"}')).toBe(1);
  });

  it("that cannot be listened for is told at the start", async () => {
    const port = await freePort();
    const config = { sources: [{ name: "s", syslog: { tcp: `127.0.0.1:${port}` }, metrics: [lines] }] };
    await folder.start(config);
    await expect(folder.start(config)).rejects.toMatchObject({
      code: "start_failed",
      message: expect.stringContaining('Source "s" cannot listen') as string,
    });
  });
});

describe("the journal", () => {
  it("comes from journalctl, with its fields, and goes on behind the last scrape", async () => {
    // Tells what it was asked for, and entries as the real one has them.
    const entries = [
      { __CURSOR: "c1", MESSAGE: "started", PRIORITY: "6", _SYSTEMD_UNIT: "a.service" },
      { __CURSOR: "c2", MESSAGE: [104, 105, 0xff], PRIORITY: "3", _SYSTEMD_UNIT: ["b.service", "c"] },
      { __CURSOR: "c3", MESSAGE: null, PRIORITY: "3" },
    ];
    const script = `#!/bin/sh\necho "$@" >> ${folder.file("asked")}\ncat ${folder.file("entries")}\nexec sleep 1000\n`;
    writeFileSync(folder.file("journalctl"), script);
    chmodSync(folder.file("journalctl"), 0o755);
    folder.write("entries", `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\nno json\n`);
    const journald = { command: folder.file("journalctl"), units: ["a.service"], matches: ["_TRANSPORT=journal"] };
    const metric = { ...lines, labels: { unit: "_SYSTEMD_UNIT", priority: "PRIORITY", line: "line" } };
    const config = { state_file: folder.file("state"), sources: [{ name: "j", journald, metrics: [metric] }] };
    const reading = await folder.start(config);
    const samples = await reading.until(
      (all) => all.get('exporterkit_logs_dropped_lines_total{source="j",reason="malformed"}') === 1,
    );
    expect([...samples.keys()].filter((name) => name.startsWith("lines_total{"))).toEqual([
      'lines_total{unit="a.service",priority="6",line="started"}',
      'lines_total{unit="b.service",priority="3",line="hi\uFFFD"}',
      'lines_total{unit="",priority="3",line=""}',
    ]);
    await reading.stop();
    folder.write("entries", "");
    await folder.start(config);
    const asked = (): string[] => readFileSync(folder.file("asked"), "utf8").trim().split("\n");
    await expect
      .poll(asked)
      .toEqual([
        "--output=json --follow --quiet --all --lines=0 --unit=a.service _TRANSPORT=journal",
        "--output=json --follow --quiet --all --after-cursor=c3 --no-tail --unit=a.service _TRANSPORT=journal",
      ]);
  });

  it("of a machine that has none is told at the start", async () => {
    const config = { sources: [{ name: "j", journald: { command: folder.file("none") }, metrics: [lines] }] };
    await expect(folder.start(config)).rejects.toMatchObject({
      code: "start_failed",
      message: expect.stringContaining("install systemd's journalctl") as string,
    });
  });
});

describe("the command", () => {
  const command = fileURLToPath(new URL("../../../bin/exporterkit.js", import.meta.url));
  const a =
    "{ name: a, stdin: true, format: logfmt, metrics: [{ name: a_total, type: counter, help: A., labels: { level: level } }] }";
  const b =
    '{ name: b, files: [x], format: { regex: "b=(?<b>x+)" }, metrics: [{ name: b_total, type: counter, help: B., labels: { b: b } }] }';
  const config = (...sources: string[]): string => `modules: { logs: { sources: [${sources.join(", ")}] } }`;
  const run = (input: string | Buffer, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [command, "logs", "try", ...args, "--config", folder.file("c.yml")], {
      input,
      encoding: "utf8",
      timeout: 20_000,
    });

  it("counts a file, plain or gzip, and standard input, and shows lines of no format", () => {
    folder.write("c.yml", config(a, b));
    writeFileSync(folder.file("b.gz"), gzipSync(`b=xx\n${"\u001b[31mnone\n".repeat(12)}`));
    const { status, stdout } = run("", folder.file("b.gz"), "--source=b");
    expect(status).toBe(0);
    expect(stdout).toBe(
      `METRIC   LABELS  VALUE\nb_total  b="xx"  1\n\n13 lines, 12 of no format, 0 dropped\n\nLINES OF NO FORMAT (the first 10)\n${"\uFFFD[31mnone\n".repeat(10)}`,
    );
    expect(run("level=info\nlevel=info\n", "-", "--source=a").stdout).toContain('a_total  level="info"  2');
    expect(run("nothing\n", "-", "--source=a").status).toBe(1);
  });

  it("leaves the state file alone where it only tries", () => {
    folder.write("c.yml", config(a).replace("logs: {", `logs: { state_file: ${folder.file("state")},`));
    const { status, stdout } = spawnSync(process.execPath, [command, "try", folder.file("c.yml")], {
      input: "",
      encoding: "utf8",
    });
    expect(stdout).toContain("exporterkit_logs_lines_total");
    expect(status).toBe(0);
    expect(existsSync(folder.file("state"))).toBe(false);
  });

  it("says which source or file is missing", () => {
    folder.write("c.yml", config(a, b));
    expect(run("", "-")).toMatchObject({
      status: 2,
      stderr: "error: The configuration has several sources: give one of a, b with --source.\n",
    });
    expect(run("", "-", "--source=c").stderr).toContain('There is no source "c"');
    expect(run("", folder.file("none"), "--source=a").stderr).toContain("cannot be read: ENOENT");
  });

  it("serves what standard input has", async () => {
    folder.write("c.yml", config(a));
    const child = spawn(
      process.execPath,
      [command, `--config.file=${folder.file("c.yml")}`, "--web.listen-address=127.0.0.1:0"],
      { stdio: ["pipe", "ignore", "pipe"] },
    );
    const [said] = (await once(child.stderr.setEncoding("utf8"), "data")) as [string];
    let log = said;
    child.stderr.on("data", (more: string) => (log += more));
    await expect.poll(() => log).toMatch(/url=/);
    child.stdin.write("level=warn\n");
    const url = /url=(\S+)/.exec(log)![1]!;
    await expect.poll(async () => (await fetch(`${url}metrics`)).text()).toContain('a_total{level="warn"} 1');
    child.stdin.end("level=warn");
    await expect.poll(async () => (await fetch(`${url}metrics`)).text()).toContain('a_total{level="warn"} 2');
    child.kill();
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});
