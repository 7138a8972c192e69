import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ParsedFamily, parse } from "@exporterkit/client/parse";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Child, exporterkit, start } from "./child.ts";
import { hasCommand } from "./debian-package.ts";
import { freePort } from "./free-port.ts";

const command = "prometheus-process-exporter";
const mark = `exporterkit-e2e-${process.pid}`;

// The same for both, word for word.
const processNames = `
process_names:
  - name: "{{.Comm}}:{{.Matches.role}}:{{.Username}}"
    cmdline:
    - '${mark}-(?P<role>\\w+)'
    - '-e'
  - exe:
    - /opt/${mark}/sleeper
  - name: 'short {{index .Cgroups 0}} {{.PID}} {{.StartTime}} {{.Matches.none}}'
    exe: [sleeper-${mark}]
    comm: [sleep]
  - name: never
    comm: [${mark}]
`;

// Works when told, and has a child that no entry fits.
const worker = `
  const { spawn } = require("node:child_process");
  const { openSync, writeSync, fsyncSync } = require("node:fs");
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  process.on("SIGTERM", () => { child.kill(); process.exit(); });
  process.stdin.on("data", () => {
    for (let i = 0; i < 20; i++) openSync(process.execPath, "r");
    const file = openSync(process.argv[2], "w");
    writeSync(file, Buffer.alloc(8e6));
    fsyncSync(file);
    // By its own clock, as others may have the cores.
    const before = process.cpuUsage();
    for (let used = { user: 0, system: 0 }; used.user + used.system < 1e6; used = process.cpuUsage(before)) for (let i = 0; i < 1e6; i++);
    console.log("worked");
  });
  child.on("spawn", () => console.log("ready"));
`;

// Known difference: process-exporter counts the first thread of a process that has several twice in these, so that groups of
// processes with one thread each can be compared alone.
const countedTwice = new Set(["namedprocess_namegroup_states", "namedprocess_namegroup_threads_wchan"]);

describe.skipIf(!hasCommand(command, command))(`process-exporter (needs the Debian package ${command})`, () => {
  let folder: string;
  let busy: ChildProcess;
  let others: ChildProcess[];
  let exporters: Child[];
  let theirs: string;
  let ours: string;
  const marker = (role: string): string => `${mark}-${role}`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-process-"));
    busy = spawn(process.execPath, ["-e", worker, marker("busy"), join(folder, "written")]);
    const idle = spawn(process.execPath, ["-e", worker, marker("idle"), join(folder, "never")]);
    await Promise.all([busy, idle].map((child) => line(child, "ready")));
    others = [
      idle,
      spawn("sleep", ["1000"], { argv0: `/opt/${mark}/sleeper` }),
      spawn("sleep", ["1000"], { argv0: `sleeper-${mark}` }),
    ];
    await writeFile(join(folder, "theirs.yml"), processNames);
    const indented = processNames.trim().replaceAll(/^/gm, "    ");
    await writeFile(join(folder, "ours.yml"), `modules:\n  process:\n    threads: true\n${indented}\n`);
    const port = await freePort();
    theirs = `http://127.0.0.1:${port}/metrics`;
    exporters = [
      start(command, ["-config.path", join(folder, "theirs.yml"), `-web.listen-address=127.0.0.1:${port}`]),
      start(exporterkit, [`--config.file=${join(folder, "ours.yml")}`, "--web.listen-address=127.0.0.1:0"]),
    ];
    ours = `${(await exporters[1]!.line(/ url=(\S+)/))[1]}metrics`;
    await vi.waitFor(async () => expect((await fetch(theirs)).status).toBe(200), { timeout: 10_000 });
  });
  afterAll(async () => {
    await Promise.all(exporters.map((exporter) => exporter.stop("SIGTERM")));
    for (const child of [busy, ...others]) child.kill();
    await rm(folder, { recursive: true });
  });

  it("has the families, types, label sets and values that ours has, while processes work and when they have ended", async () => {
    await Promise.all([families(theirs), families(ours)]);
    busy.stdin!.write("work\n");
    await line(busy, "worked");
    await compare();
    // With the child that no entry fits; and what no process fits is no group.
    const groups = (await families(ours)).get("namedprocess_namegroup_num_procs")!.samples;
    expect(groups.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2]);
    const cpu = (await families(ours)).get("namedprocess_namegroup_cpu_seconds_total")!;
    const busySeconds = cpu.samples.filter(({ labels }) => labels["groupname"]?.includes("busy"));
    expect(busySeconds.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(0.5);
    busy.kill();
    await once(busy, "exit");
    await compare();
    const after = (await families(ours)).get("namedprocess_namegroup_cpu_seconds_total")!;
    expect(after.samples).toEqual(expect.arrayContaining(busySeconds));
  });

  async function compare(): Promise<void> {
    // Memory that is shared is counted by how many share it, and other processes come and go meanwhile.
    const [before, expected, found] = [await families(ours), await families(theirs), await families(ours)];
    const typesOf = (all: Map<string, ParsedFamily>): Record<string, string> =>
      Object.fromEntries(Array.from(all.values(), ({ name, type }) => [name, type]));
    expect(typesOf(found)).toEqual(typesOf(expected));
    const isSingle = singleThreaded(expected);
    expect(isSingle.size).toBeGreaterThan(0);
    for (const name of expected.keys()) {
      const isComparable = (group: string | undefined): boolean => !countedTwice.has(name) || isSingle.has(group!);
      const [earlierValues, theirValues, ourValues] = [before, expected, found].map((all) =>
        valuesOf(all.get(name)!, isComparable),
      ) as [Map<string, number>, Map<string, number>, Map<string, number>];
      expect(new Set(ourValues.keys())).toEqual(new Set(theirValues.keys()));
      // Errors are those of all processes of the machine.
      if (name.startsWith("namedprocess_scrape_")) continue;
      for (const [key, value] of theirValues) {
        const tolerance = Math.max(Math.abs(value) * 0.05, toleranceOf(name));
        const range = [earlierValues.get(key) ?? ourValues.get(key)!, ourValues.get(key)!];
        const message = `${key}: ${value} beside ${range.join(" and ")}`;
        expect(Math.min(...range) - tolerance, message).toBeLessThanOrEqual(value);
        expect(Math.max(...range) + tolerance, message).toBeGreaterThanOrEqual(value);
      }
    }
  }
});

/** What may have come between two scrapes, and between the starts of the exporters. */
function toleranceOf(family: string): number {
  if (countedTwice.has(family)) return 0;
  if (family.includes("seconds")) return 0.1;
  if (family.includes("bytes")) return 1e6;
  return family.endsWith("_total") ? 500 : 1;
}

/** The process families, by name. */
async function families(url: string): Promise<Map<string, ParsedFamily>> {
  const response = await fetch(url, { headers: { accept: "text/plain;version=0.0.4" } });
  const found = parse(await response.text(), response.headers.get("content-type")!);
  return new Map(found.filter(({ name }) => name.startsWith("namedprocess_")).map((family) => [family.name, family]));
}

/** The groups whose processes have one thread each. */
function singleThreaded(all: ReadonlyMap<string, ParsedFamily>): Set<string> {
  const counts = ["namedprocess_namegroup_num_procs", "namedprocess_namegroup_num_threads"].map(
    (name) => new Map(all.get(name)!.samples.map(({ labels, value }) => [labels["groupname"]!, value])),
  ) as [Map<string, number>, Map<string, number>];
  const [processes, threads] = counts;
  return new Set(
    [...processes].filter(([group, count]) => count > 0 && threads.get(group) === count).map(([group]) => group),
  );
}

/** What the samples of some groups are, by their labels. A group without processes has no start. */
function valuesOf(
  { samples }: ParsedFamily,
  isComparable: (group: string | undefined) => boolean,
): Map<string, number> {
  const lasting = samples.filter(({ labels, value }) => isComparable(labels["groupname"]) && value >= 0);
  return new Map(
    lasting.map((sample) => [
      `${sample.name} ${JSON.stringify(Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`,
      sample.value,
    ]),
  );
}

async function line(child: ChildProcess, text: string): Promise<void> {
  for await (const said of createInterface(child.stdout!)) if (said === text) return;
  throw new Error(`the process ended without "${text}"`);
}
