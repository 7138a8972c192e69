import { appendFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogFolder } from "./fixtures/logs-under-test.ts";
import { LabelValue, type LabelOptions } from "./label-value.ts";
import { logsSchema } from "./logs-config.ts";
import { numberReader, type ValueUnit } from "./number-value.ts";
import { pathTemplate } from "./path-template.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

/** What comes of lines of logfmt, without the metrics of the sources themselves. */
async function count(lines: string, ...metrics: object[]): Promise<Record<string, number>> {
  folder.write("a.log", lines);
  const source = { name: "a", files: [folder.file("a.log")], start_at: "beginning", format: "logfmt", metrics };
  const reading = await folder.start({ sources: [source] });
  const total = lines.split("\n").length - 1;
  const samples = await reading.until((all) => all.get('exporterkit_logs_lines_total{source="a"}') === total);
  return Object.fromEntries(
    Array.from(samples).filter(
      ([name]) => !name.startsWith("exporterkit_") || (/value|costly/.test(name) && samples.get(name)! > 0),
    ),
  );
}

describe("metrics of lines", () => {
  it("are counters, gauges, histograms and summaries of fields", async () => {
    const lines = "k=a v=1\nk=a v=2.5\nk=b v=4\nk=b\nk=c v=-1\nk=c v=x\n";
    const of = (name: string, type: string, more: object = {}): object => ({
      name,
      type,
      help: "H.",
      labels: { k: "k" },
      value: "v",
      ...more,
    });
    expect(
      await count(
        lines,
        { name: "lines_total", type: "counter", help: "H." },
        of("sum_total", "counter"),
        of("last", "gauge"),
        of("rises", "gauge", { operation: "inc" }),
        of("falls", "gauge", { operation: "dec", value: undefined }),
        of("h", "histogram", { buckets: [1, 3], labels: {} }),
        of("s", "summary", { quantiles: [0.5], labels: {} }),
      ),
    ).toEqual({
      lines_total: 6,
      'sum_total{k="a"}': 3.5,
      'sum_total{k="b"}': 4,
      'last{k="a"}': 2.5,
      'last{k="b"}': 4,
      'last{k="c"}': -1,
      'rises{k="a"}': 3.5,
      'rises{k="b"}': 4,
      'rises{k="c"}': -1,
      'falls{k="a"}': -2,
      'falls{k="b"}': -2,
      'falls{k="c"}': -2,
      'h_bucket{le="1"}': 2,
      'h_bucket{le="3"}': 3,
      'h_bucket{le="+Inf"}': 4,
      h_sum: 6.5,
      h_count: 4,
      's{quantile="0.5"}': expect.closeTo(1, 1) as number,
      s_sum: 6.5,
      s_count: 4,
      // -1 for the counter, and x for the six that observe it.
      'exporterkit_logs_errors_total{source="a",kind="value"}': 6,
    });
  });

  it("count what fits all conditions", async () => {
    const where = [
      { field: "k", in: ["a", 7] },
      { field: "v", above: 1, below: 5 },
      { field: "x", present: false },
      { field: "line", regex: "^k", not: false },
    ];
    const lines = "k=a v=2\nk=a v=1\nk=7 v=4.5\nk=b v=2\nk=a v=2 x=1\nk=a\nv=2 k=a\n";
    expect(await count(lines, { name: "a_total", type: "counter", help: "H.", where })).toEqual({ a_total: 2 });
  });

  it("are bounded, whatever lines have in their fields", async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `k=${i}${"z".repeat(i === 1 ? 1000 : 0)}\n`).join("");
    const counted = await count(lines, {
      name: "a_total",
      type: "counter",
      help: "H.",
      labels: { k: "k" },
      max_series: 3,
    });
    expect(counted).toEqual({
      'a_total{k="0"}': 1,
      [`a_total{k="1${"z".repeat(255)}"}`]: 1,
      'a_total{k="2"}': 1,
      'a_total{k="other"}': 4997,
    });
  });

  it("lose series that no line counts in any more", async () => {
    folder.write("a.log", "k=a\n");
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { k: "k" }, expire_after: "100ms" }];
    const sources = [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", format: "logfmt", metrics }];
    const reading = await folder.start({ sources });
    await reading.until((samples) => samples.has('a_total{k="a"}'));
    await reading.until((samples) => !samples.has('a_total{k="a"}'));
    appendFileSync(folder.file("a.log"), "k=a\n");
    await reading.until((samples) => samples.get('a_total{k="a"}') === 1);
  });

  it("may be shared by sources that declare them alike", async () => {
    folder.write("a.log", "x\n");
    folder.write("b.log", "x\n");
    const metrics = [{ name: "a_total", type: "counter", help: "H.", labels: { from: { value: "here" } } }];
    const source = (name: string): object => ({
      name,
      files: [folder.file(`${name}.log`)],
      start_at: "beginning",
      metrics,
    });
    const reading = await folder.start({ sources: [source("a"), source("b")] });
    await reading.until((samples) => samples.get('a_total{from="here"}') === 2);
  });

  it("may be native histograms", async () => {
    folder.write("a.log", "v=1\nv=8\n");
    const metrics = [{ name: "h", type: "histogram", help: "H.", value: "v", native: true }];
    const reading = await folder.start({
      sources: [{ name: "a", files: [folder.file("a.log")], start_at: "beginning", format: "logfmt", metrics }],
    });
    await reading.until((samples) => samples.get("h_count") === 2);
    const family = (await (await reading.registry()).collect()).find(({ name }) => name === "h")!;
    expect(family.native!(0)).toMatchObject({ count: 2, sum: 9 });
  });
});

describe("a label", () => {
  it.each<[LabelOptions, string | undefined, string]>([
    [{ field: "f" }, "A", "A"],
    [{ field: "f" }, undefined, ""],
    [{ field: "f", default: "none" }, undefined, "none"],
    [{ field: "f", regex: "(.)..", replacement: "$1xx" }, "404", "4xx"],
    [{ field: "f", regex: "(.)..", replacement: "$1xx" }, "4041", "4041"],
    [{ field: "f", regex: "(?<a>\\w+)[(](b+)[)]", replacement: "$<a>-$1-$$-$<none>" }, "x(bb)", "x-bb-$-"],
    [{ field: "f", regex: "a|ab" }, "ab", ""],
    [{ field: "f", lowercase: true, map: { get: "read" }, other: "rest" }, "GET", "read"],
    [{ field: "f", lowercase: true, map: { get: "read" }, other: "rest" }, "PUT", "rest"],
    [{ field: "f", map: { get: "read" } }, "put", "put"],
    [{ field: "f", path: true, regex: "/([^/]*).*", replacement: "$1" }, "/users/1?x", "users"],
  ])("%j makes of %j %j", (options, text, value) => {
    const label = new LabelValue(options);
    expect([label.of(text), label.of(text)]).toEqual([value, value]);
  });
});

describe("a path", () => {
  it.each([
    ["/", "/"],
    ["/users/123", "/users/:id"],
    ["/users/123/?a=1#x", "/users/:id/"],
    ["/v2/items/123e4567-e89b-12d3-a456-426614174000/x", "/v2/items/:id/x"],
    ["/commit/deadbeef0", "/commit/:id"],
    ["/o/507f1f77bcf86cd799439011", "/o/:id"],
    ["/t/eyJhbGciOiJIUzI1NiJ9.abc", "/t/:id"],
    ["/2026-01-02/1.5,2", "/:id/:id"],
    ["/decade/feedface/v1", "/decade/feedface/v1"],
    ["/a/b/c/d/e/f/g/h/i/j/k/l/m/n", "/a/b/c/d/e/f/g/h/i/j/k/l/…"],
    ["*", "*"],
  ])("%s is %s", (path, template) => {
    expect(pathTemplate()(path)).toBe(template);
  });

  it("is the first template that it fits", () => {
    const of = pathTemplate(["/users/me", "/users/:name", "/static/*", "/"]);
    expect(
      ["/users/me", "/users/jane?x", "/users/", "/users/a/b", "/static/", "/static/a/b", "/static", "/", "/x/7"].map(
        of,
      ),
    ).toEqual([
      "/users/me",
      "/users/:name",
      "/users/",
      "/users/a/b",
      "/static/*",
      "/static/*",
      "/static",
      "/",
      "/x/:id",
    ]);
  });
});

describe("a number", () => {
  it.each<[ValueUnit | undefined, string, number | undefined]>([
    [undefined, "12", 12],
    [undefined, "-1.5e3", -1500],
    [undefined, "0x10", undefined],
    [undefined, "", undefined],
    [undefined, "1 s", undefined],
    [undefined, "0.010, 0.020 : -", 0.03],
    [undefined, "-, -", undefined],
    ["ms", "12", 0.012],
    ["us", "1500", 0.0015],
    ["m", "2", 120],
    ["percent", "45", 0.45],
    ["KiB", "2", 2048],
    ["duration", "1m2.5s", 62.5],
    ["duration", "12.5ms", 0.0125],
    ["duration", "3µs", 0.000003],
    ["duration", "7", 7],
    ["duration", "1x", undefined],
    ["size", "1.5MiB", 1_572_864],
    ["size", "10 kB", 10_000],
    ["size", "10", 10],
    ["rfc3339", "2026-10-10T13:55:36Z", 1_791_640_536],
    ["rfc3339", "2026-10-10 13:55:36.5+02:00", 1_791_633_336.5],
    ["rfc3339", "2026-10-10T13:55:36-0700", 1_791_665_736],
    ["rfc3339", "Oct 10 13:55:36", undefined],
    ["rfc3339", "1791640536", undefined],
    ["rfc3339", "12", undefined],
    ["clf", "10/Oct/2026:13:55:36 +0200", 1_791_633_336],
    ["clf", "yesterday", undefined],
    ["unix", "1791640536.5", 1_791_640_536.5],
  ])("in %s %s is %d", (unit, text, value) => {
    const number = numberReader(unit)(text);
    if (value === undefined) expect(number).toBeUndefined();
    else expect(number).toBeCloseTo(value, 9);
  });
});

describe("a configuration", () => {
  const metric = { name: "a_total", type: "counter", help: "H." };
  const source = { name: "a", files: ["x"], metrics: [metric] };
  const of = (change: object, ofMetric: object = {}): object => ({
    sources: [{ ...source, metrics: [{ ...metric, ...ofMetric }], ...change }],
  });

  it.each([
    [of({ files: undefined }), "reads nothing; give it exactly one of files, pipe, stdin, journald, syslog"],
    [of({ stdin: true }), "reads files and stdin; give it exactly one"],
    [of({ files: undefined, syslog: {} }), "listens nowhere"],
    [of({ files: undefined, syslog: { udp: "x" } }), "is no address; write host:port"],
    [of({ format: { regex: "(" } }), 'lacks a ")"'],
    [of({ format: { regex: "(?<=a)b" } }), "look-around"],
    [of({ format: { grok: "%{NOMBER}" } }), "did you mean %{NUMBER}?"],
    [of({ format: { nginx: "$a$b" } }), "has nothing between a and b"],
    [
      of({ format: "combined" }, { labels: { u: "usr" } }),
      'a_total names the field "usr", which no line has; it has line, remote_addr',
    ],
    [of({}, { labels: { u: "message" } }), 'names the field "message", which no line has; it has line, file'],
    [of({}, { name: "a" }), "does not end in _total"],
    [of({}, { name: "process_x_total" }), "is taken by the exporter"],
    [of({}, { name: "a", type: "histogram" }), "name the field that the histogram observes"],
    [of({}, { buckets: [1] }), "is for a histogram; leave it out of a counter"],
    [
      of({}, { name: "a", type: "summary", value: "line", labels: { quantile: "line" } }),
      'label name "quantile" is reserved',
    ],
    [of({}, { labels: { x: {} } }), "give it either a field or a value"],
    [of({}, { labels: { x: { field: "line", replacement: "y" } } }), "give it a regex"],
    [of({}, { where: [{ field: "line", not: true }] }), "says nothing of the field"],
    [of({ max_line_size: "1GiB" }), "is out of range"],
    [{ sources: [source, source] }, '"a" stands twice'],
    [
      { sources: [source, { ...source, name: "b", metrics: [{ ...metric, help: "Other." }] }] },
      "stands several times, with different types, help or labels",
    ],
  ])("with a mistake is told in a sentence, %#", (config, fault) => {
    const messages = logsSchema.safeParse(config).error!.issues.map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(fault)]);
  });
});
