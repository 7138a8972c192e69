import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Registry } from "@exporterkit/client";
import { compareExposition } from "@exporterkit/client/testing";
import { expect, it, onTestFinished } from "vitest";
import type { Logger } from "../../logger.ts";
import { silentLogger } from "../../logger.ts";
import { Pipeline } from "../../scrape/pipeline.ts";
import { collectOnce, startCollector } from "../../testing/index.ts";
import { fixtureHost, HostTree } from "./fixtures/host-tree.ts";
import { hostCollectors } from "./host.ts";
import { textfileCollector, textfileOptions } from "./textfile.ts";

function listening(): { logger: Logger; told: string[] } {
  const told: string[] = [];
  return { told, logger: { ...silentLogger, error: (fields) => told.push((fields as { problem: string }).problem) } };
}

async function scrape(files: Record<string, string>, folder = "") {
  const { rootfs } = fixtureHost(files);
  const { logger, told } = listening();
  const options = textfileOptions.parse({ directory: join(rootfs, folder) });
  const registry = await collectOnce(textfileCollector(undefined, options, logger));
  return { rootfs, registry, text: await registry.metrics(), told };
}

it("says so when there is nothing to read", async () => {
  expect(await (await collectOnce(textfileCollector(undefined))).metrics()).toContain("node_textfile_scrape_error 0\n");
});

it("takes a folder without a name for none, as node_exporter does", async () => {
  const collector = textfileCollector(undefined, textfileOptions.parse({ directory: "" }));
  expect(await (await collectOnce(collector)).metrics()).toContain("\nnode_textfile_scrape_error 0\n");
});

it("exposes what a file says, of every type, as it stands there", async () => {
  const exposition = `# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total{queue="mail"} 3
jobs_total{queue="münze \\"x\\""} 4e+20
# HELP heat Warmth.
# TYPE heat gauge
heat -Inf
# HELP wait_seconds Waiting.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.5"} 1
wait_seconds_bucket{le="+Inf"} 3
wait_seconds_sum 7.5
wait_seconds_count 3
# HELP size_bytes Size.
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 10
size_bytes{quantile="0.99"} NaN
size_bytes_sum 40
size_bytes_count 4
# HELP odd Odd.
# TYPE odd untyped
odd 1
`;
  const { registry, text } = await scrape({ "a.prom": exposition, "ignored.txt": "x y z" });
  await compareExposition(registry, exposition);
  expect(text).toContain("node_textfile_scrape_error 0\n");
});

it("gives an empty label to series that lack one, and says which file a family without help is from", async () => {
  const { text, rootfs } = await scrape({ "a.prom": 'x{a="1"} 1\nx{b="2"} 2\nx 3\n' });
  expect(text).toContain(`# HELP x Metric read from ${rootfs}/a.prom\n`);
  for (const line of ['x{a="1",b=""} 1', 'x{a="",b="2"} 2', 'x{a="",b=""} 3']) expect(text).toContain(`${line}\n`);
});

it("tells when each file was written", async () => {
  const { rootfs } = fixtureHost({ "a.prom": "a 1\n" });
  utimesSync(join(rootfs, "a.prom"), 1_700_000_000, 1_700_000_000.5);
  const registry = await collectOnce(textfileCollector(undefined, { directory: [rootfs] }));
  expect(await registry.metrics()).toContain(`node_textfile_mtime_seconds{file="${rootfs}/a.prom"} 1700000000.5\n`);
});

it("leaves out files that are wrong or have timestamps, keeps the others, and tells of each once", async () => {
  const { rootfs } = fixtureHost({
    "bad.prom": "this is { no exposition\n",
    "binary.prom": "\u0000\u0001",
    "cut.prom": "good 1\nnext",
    "good.prom": "fine 1\n",
    "stamped.prom": "late 1 1700000000000\n",
    "folder.prom/x": "",
  });
  execFileSync("mkfifo", [join(rootfs, "pipe.prom")]);
  const { logger, told } = listening();
  const collector = await startCollector(textfileCollector(undefined, { directory: [rootfs] }, logger));
  await collector.scrape();
  const text = await (await collector.scrape()).metrics();
  expect(text).toContain("\nfine 1\n");
  expect(text).toContain("node_textfile_scrape_error 1\n");
  expect(text.match(/^node_textfile_mtime_seconds.*$/gm)).toHaveLength(1);
  expect(text).not.toMatch(/^(good|late)/m);
  const names = told.map((problem) => /\/(\w+)\.prom/.exec(problem)?.[1]);
  expect(names).toEqual(["bad", "binary", "cut", "folder", "pipe", "stamped"]);
});

it("merges a family of several files and reports what they do not agree on", async () => {
  const head = "# HELP m Same.\n# TYPE m gauge\n";
  const { text, told } = await scrape({
    "1.prom": `${head}m{from="1"} 1\n`,
    "2.prom": `${head}m{from="2"} 2\n`,
    "3.prom": `${head}m{from="1"} 9\nm{from="3"} 3\n`,
    "4.prom": "# HELP m Other.\n# TYPE m gauge\nm 4\n",
    "5.prom": "# HELP m Same.\n# TYPE m counter\nm 5\n",
  });
  expect(text.match(/^m\{?.*$/gm)).toEqual(['m{from="1"} 1', 'm{from="2"} 2', 'm{from="3"} 3']);
  expect(text).toContain("node_textfile_scrape_error 1\n");
  expect(told.map((problem) => /(\d)\.prom/.exec(problem)?.[1])).toEqual(["3", "4", "5"]);
});

it("loses one of two families whose samples would bear the same name, and nothing else", async () => {
  const { text, told } = await scrape({
    "1.prom": '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    "2.prom": "# TYPE h_count gauge\nh_count 7\n",
    "3.prom": "fine 1\n",
  });
  expect(text).toContain("\nh_count 1\n");
  expect(text).toContain("\nfine 1\n");
  expect(text).not.toContain("h_count 7");
  expect(text).toContain("node_textfile_scrape_error 1\n");
  expect(told).toEqual([expect.stringMatching(/2\.prom: h_count/)]);
});

it("keeps series whose histograms have different buckets valid", async () => {
  const { text } = await scrape({
    "a.prom": `# TYPE h histogram
h_bucket{x="1",le="1"} 2
h_bucket{x="1",le="+Inf"} 5
h_sum{x="1"} 6
h_count{x="1"} 5
h_bucket{x="2",le="3"} 4
h_bucket{x="2",le="+Inf"} 4
h_sum{x="2"} 7
h_count{x="2"} 4
`,
  });
  expect(text.match(/^h_bucket.*$/gm)).toEqual([
    'h_bucket{x="1",le="1"} 2',
    'h_bucket{x="1",le="3"} 2',
    'h_bucket{x="1",le="+Inf"} 5',
    'h_bucket{x="2",le="1"} 0',
    'h_bucket{x="2",le="3"} 4',
    'h_bucket{x="2",le="+Inf"} 4',
  ]);
});

it("gives histograms the last bucket where it is left out, as node_exporter does", async () => {
  const { text } = await scrape({
    "a.prom": '# TYPE h histogram\nh_bucket{le="1"} 2\nh_sum 6\nh_count 5\n# TYPE i histogram\ni_sum 1\ni_count 2\n',
  });
  expect(text.match(/^._bucket.*$/gm)).toEqual([
    'h_bucket{le="1"} 2',
    'h_bucket{le="+Inf"} 5',
    'i_bucket{le="+Inf"} 2',
  ]);
});

it("reads the folders that a pattern names, and reports one that is not there", async () => {
  const made = await scrape({ "d1/a.prom": "a 1\n", "d2/b.prom": "b 2\n", "e/c.prom": "c 3\n" }, "d*");
  expect(made.text).toContain("\na 1\n");
  expect(made.text).toContain("\nb 2\n");
  expect(made.text).not.toContain("\nc 3\n");
  const { text } = await scrape({}, "absent");
  expect(text).toContain("node_textfile_scrape_error 1\n");
});

it("loses families that other collectors of the host have, which stay as they are, and says which", async () => {
  const host = new HostTree({
    "proc/sys/kernel/ostype": "Linux\n",
    "proc/sys/kernel/osrelease": "6.1.0\n",
    "proc/sys/kernel/version": "#1 SMP\n",
    "proc/sys/kernel/hostname": "box\n",
    "proc/sys/kernel/domainname": "(none)\n",
    "proc/loadavg": "0.25 1.50 2.75 1/234 5678\n",
    "text/1.prom": "# TYPE node_load1 counter\nnode_load1 7\nfine 1\n",
    "text/2.prom": '# TYPE node_uname_info gauge\nnode_uname_info{sysname="Other"} 1\nfine{x="2"} 2\n',
    "text/3.prom":
      "# TYPE node_load5 gauge\nnode_load5 8\nmine 3\nnode_textfile_scrape_error 5\nnode_textfile_mtime_seconds 6\n",
  });
  const told: Record<string, unknown>[] = [];
  const logger = { ...silentLogger, error: (fields: object) => void told.push({ ...fields }) };
  const pipeline = new Pipeline({ base: [new Registry()], logger });
  const folder = join(host.root, "text");
  await pipeline.use(
    hostCollectors({
      paths: host.paths,
      disableDefaults: true,
      collectors: { loadavg: true, uname: true, textfile: { directory: [folder] } },
      logger: silentLogger,
    }),
  );
  onTestFinished(() => pipeline.stop());
  for (let i = 0; i < 3; i++) {
    const { registry, release } = await pipeline.collect({ signal: new AbortController().signal });
    const lines = (await registry.metrics()).split("\n");
    release();
    await turn();
    expect(
      lines.filter((line) => /^(node_load|node_uname|fine|mine|node_textfile_scrape|\w+_success)/.test(line)),
    ).toEqual([
      'exporterkit_collector_success{collector="loadavg"} 1',
      'exporterkit_collector_success{collector="uname"} 1',
      'exporterkit_collector_success{collector="textfile"} 0',
      'fine{x=""} 1',
      'fine{x="2"} 2',
      "mine 3",
      "node_load1 0.25",
      "node_load15 2.75",
      "node_load5 1.5",
      'node_scrape_collector_success{collector="loadavg"} 1',
      'node_scrape_collector_success{collector="uname"} 1',
      'node_scrape_collector_success{collector="textfile"} 0',
      "node_textfile_scrape_error 1",
      expect.stringMatching(/^node_uname_info\{sysname="Linux",/),
    ]);
  }
  const clash = (file: string, family: string, clashesWith: string, error: string) => ({
    collector: "textfile",
    source: join(folder, file),
    family,
    clashesWith,
    error: expect.stringContaining(error),
  });
  expect(told).toEqual([
    clash(
      "1.prom",
      "node_load1",
      "loadavg",
      "its type is counter, but gauge in another collector; make them the same, or",
    ),
    clash("2.prom", "node_uname_info", "uname", "its labels are sysname, but "),
    clash(
      "3.prom",
      "node_load5",
      "loadavg",
      "a series of the same labels; give it other labels, or choose another name",
    ),
  ]);
});
