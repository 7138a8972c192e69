import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Registry } from "@exporterkit/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLogger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { Pipeline } from "../../scrape/pipeline.ts";
import { hostCollectors } from "./host.ts";

let procfs: string;
beforeEach(() => {
  procfs = mkdtempSync(join(tmpdir(), "exporterkit-proc-"));
});
afterEach(() => rmSync(procfs, { recursive: true }));

const files: Record<string, string> = {
  stat: `cpu  300 0 200 1000 100 0 10 5 0 0
cpu0 100 0 150 600 50 0 5 5 40 2
cpu1 200 0 50 400 50 0 5 0 0 0
intr 12 3
btime 1700000000
`,
  meminfo: `MemTotal:        1000 kB
MemAvailable:     250 kB
Active(anon):      12 kB
HugePages_Total:    3
`,
  loadavg: "0.25 1.50 2.75 1/234 5678\n",
  "sys/kernel/ostype": "Linux\n",
  "sys/kernel/osrelease": "6.1.0\n",
  "sys/kernel/version": "#1 SMP\n",
  "sys/kernel/hostname": "box\n",
  "sys/kernel/domainname": "(none)\n",
};

function write(changes: Record<string, string> = {}): void {
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    mkdirSync(dirname(join(procfs, name)), { recursive: true });
    writeFileSync(join(procfs, name), text);
  }
}

const portable = ["cpu", "loadavg", "meminfo", "stat", "system_usage", "time", "uname"];

function made(): Collector[] {
  const collectors = Object.fromEntries(portable.map((name) => [name, true]));
  return hostCollectors({ paths: { procfs }, disableDefaults: true, collectors });
}

async function scrape(collectors = made()): Promise<string> {
  const pipeline = new Pipeline({ base: [new Registry()], logger: silentLogger });
  // Those that have to be started are started by the tests.
  await pipeline.use(collectors.map((each) => ({ ...each, start: () => {}, stop: () => {} })));
  const { registry } = await pipeline.collect({ signal: new AbortController().signal });
  return registry.metrics();
}

it("exposes /proc by node_exporter's names", async () => {
  write();
  const text = await scrape();
  for (const line of [
    'node_cpu_seconds_total{cpu="0",mode="user"} 1',
    'node_cpu_seconds_total{cpu="1",mode="iowait"} 0.5',
    'node_cpu_seconds_total{cpu="0",mode="steal"} 0.05',
    'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.4',
    'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.02',
    "node_memory_MemTotal_bytes 1024000",
    "node_memory_Active_anon_bytes 12288",
    "node_memory_HugePages_Total 3",
    "node_load1 0.25",
    "node_load5 1.5",
    "node_load15 2.75",
    "node_boot_time_seconds 1700000000",
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
  expect(text).toMatch(
    /^node_uname_info\{sysname="Linux",release="6\.1\.0",version="#1 SMP",machine="[^"]+",nodename="box",domainname="\(none\)"\} 1$/m,
  );
  expect(Number(/^node_time_seconds (.+)$/m.exec(text)![1])).toBeCloseTo(Date.now() / 1000, -1);
});

it("tells the usage between its start and the first scrape, and memory as what is not available", async () => {
  write();
  const collectors = made();
  for (const collector of collectors) await collector.start?.();
  // 100 ticks more, 75 of them neither idle nor waiting for a device.
  write({ stat: "cpu0 150 0 150 615 60 0 5 5\ncpu1 225 0 50 400 50 0 5 0\nbtime 1700000000\n" });
  const text = await scrape(collectors);
  for (const collector of collectors) await collector.stop?.();
  expect(text).toContain('system_usage{resource_type="CPU"} 75\n');
  expect(text).toContain('system_usage{resource_type="Memory"} 75\n');
});

it("gives two scrapers the same window", async () => {
  write();
  const collectors = made();
  for (const collector of collectors) await collector.start?.();
  write({ stat: "cpu0 150 0 150 650 50 0 5 5\ncpu1 200 0 50 400 50 0 5 0\nbtime 1700000000\n" });
  const texts = [await scrape(collectors), await scrape(collectors)];
  for (const collector of collectors) await collector.stop?.();
  for (const text of texts) expect(text).toContain('system_usage{resource_type="CPU"} 50\n');
});

it("does without MemAvailable on kernels that do not tell it", async () => {
  write({ meminfo: "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 50 kB\n" });
  const text = await scrape();
  expect(text).toContain('system_usage{resource_type="Memory"} 80\n');
});

it("leaves out what a file does not tell and keeps the rest", async () => {
  write({ stat: "garbage\n", loadavg: "", meminfo: "MemTotal: 1000 kB\n" });
  const text = await scrape();
  const failed = Array.from(
    text.matchAll(/^exporterkit_collector_success\{collector="(\w+)"\} 0$/gm),
    ([, name]) => name!,
  );
  expect(failed).toEqual(expect.arrayContaining(["cpu", "loadavg", "stat", "system_usage"]));
  expect(text).not.toContain("NaN");
  expect(text).toContain("node_memory_MemTotal_bytes 1024000");
  expect(text).toContain("node_uname_info");
});

it("never lets a CPU counter fall by a little, as iowait does, and starts again when a CPU was away", async () => {
  const collector = made().find(({ name }) => name === "cpu");
  const seconds = async (stat: string): Promise<string[]> => {
    write({ stat: `${stat}btime 1\n` });
    const text = await scrape([collector!]);
    return Array.from(
      text.matchAll(/^node_cpu_seconds_total\{cpu="0",mode="(?:user|idle|iowait)"\} (.+)$/gm),
      ([, value]) => value!,
    );
  };
  expect(await seconds("cpu0 1000 0 0 5000 5000 0 0\n")).toEqual(["10", "50", "50"]);
  expect(await seconds("cpu0 1001 0 0 4900 4999 0 0\n")).toEqual(["10.01", "50", "50"]);
  expect(await seconds("cpu0 5 0 0 100 7 0 0\n")).toEqual(["0.05", "1", "0.07"]);
});

it("tells how each collector of node_* fared, by node_exporter's names", async () => {
  write({ stat: "garbage" });
  const text = await scrape([
    ...made(),
    ...hostCollectors({ paths: { procfs }, disableDefaults: true, collectors: { schedstat: true } }),
  ]);
  const told = Array.from(
    text.matchAll(/^node_scrape_collector_success\{collector="(\w+)"\} ([01])$/gm),
    ([, name, success]) => `${name} ${success}`,
  );
  expect(told.toSorted()).toEqual(["cpu 0", "loadavg 1", "meminfo 1", "schedstat 0", "stat 0", "time 1", "uname 1"]);
  expect(text).toMatch(/^node_scrape_collector_duration_seconds\{collector="uname"\} \d/m);
  // That the kernel does not tell how it schedules is no failure.
  expect(text).toContain('\nexporterkit_collector_success{collector="schedstat"} 1\n');
});

it("says which collector or option there is not", () => {
  expect(() => hostCollectors({ collectors: { hdd: true } })).toThrow(/^Option collectors of hostCollectors: .*"hdd"/);
  expect(() => hostCollectors({ collectors: { netdev: { exclude: "x" } } })).toThrow(
    expect.objectContaining({ code: "invalid_option" }),
  );
});
