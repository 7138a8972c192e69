import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { compareExposition } from "@exporterkit/client/testing";
import { expect, it } from "vitest";
import type { Logger } from "../../logger.ts";
import { silentLogger } from "../../logger.ts";
import { collectOnce, startCollector } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
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

it("reads the folders that a pattern names, and reports one that is not there", async () => {
  const made = await scrape({ "d1/a.prom": "a 1\n", "d2/b.prom": "b 2\n", "e/c.prom": "c 3\n" }, "d*");
  expect(made.text).toContain("\na 1\n");
  expect(made.text).toContain("\nb 2\n");
  expect(made.text).not.toContain("\nc 3\n");
  const { text } = await scrape({}, "absent");
  expect(text).toContain("node_textfile_scrape_error 1\n");
});
