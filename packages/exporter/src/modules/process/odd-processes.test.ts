import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StartedCollector } from "../../testing/started-collector.ts";
import { ProcTree } from "./fixtures/proc-tree.ts";
import { groupsIn, scrape, startIn } from "./fixtures/scrapes.ts";

let tree: ProcTree;
beforeEach(() => {
  tree = new ProcTree();
});
afterEach(() => tree.dispose());

const start = (): Promise<StartedCollector> => startIn(tree);

describe("odd processes", () => {
  it.each([
    ["with spaces and parentheses", "a) R (b", "a) R (b"],
    ["with line feeds", "a\nb", String.raw`a\nb`],
    ["that are no UTF-8", Buffer.from([0x61, 0xff]), "a\u{fffd}"],
  ])("may have names %s", async (_, comm, group) => {
    tree.set(10, { comm, argv: ["x"] });
    expect(groupsIn(await scrape(await start()))).toEqual([group]);
  });

  it.each(["", "10 (app", "10 (app) S 1 2\n", "10 (app) S 1 1 1 0 -1 0 x 0 5 0 1 1 0 0 20 0 1 0 5 8192 2\n", "\0\0\0"])(
    "with the garbage %j in their file are told and left out",
    async (stat) => {
      tree.set(10, { comm: "app" });
      tree.set(11, { comm: "other" });
      tree.write("10/stat", stat);
      const samples = await scrape(await start());
      expect(samples.get("scrape_procread_errors")).toBe(2);
      expect([...samples.keys()].filter((key) => key.startsWith("num_procs"))).toEqual([
        'num_procs{groupname="other"}',
      ]);
    },
  );

  it.each(["stat", "status", "cmdline"])("that end before %s is read are no errors", async (file) => {
    tree.set(10, { comm: "app" });
    tree.remove(`10/${file}`);
    const samples = await scrape(await start());
    expect(samples.get("scrape_procread_errors")).toBe(0);
    expect([...samples.keys()].some((key) => key.startsWith("num_procs"))).toBe(false);
  });

  it("that may not be read, as with hidepid=1, are told and left out", async () => {
    tree.set(10, { comm: "hidden" });
    tree.set(11, { comm: "app" });
    tree.remove("10/stat");
    // What is a folder cannot be read by root either.
    mkdirSync(`${tree.path}/10/stat`);
    const samples = await scrape(await start());
    expect(samples.get("scrape_procread_errors")).toBe(2);
    expect(samples.get('num_procs{groupname="app"}')).toBe(1);
  });

  it("whose other files are missing have what is left", async () => {
    tree.set(10, { comm: "app" });
    for (const file of ["io", "fd", "limits", "wchan", "task", "smaps_rollup", "cgroup"]) tree.remove(`10/${file}`);
    const samples = await scrape(await start());
    expect(samples.get('num_procs{groupname="app"}')).toBe(1);
    expect(samples.get('worst_fd_ratio{groupname="app"}')).toBe(0);
    expect([...samples.values()].some(Number.isNaN)).toBe(false);
  });

  it("whose files cannot be read are partial errors, and count what they do once they can", async () => {
    tree.set(10, { comm: "app", readBytes: 1000 });
    tree.remove("10/io");
    mkdirSync(`${tree.path}/10/io`);
    const started = await start();
    expect((await scrape(started)).get("scrape_partial_errors")).toBe(2);
    tree.set(10, { comm: "app", readBytes: 1000 });
    expect((await scrape(started)).get('read_bytes_total{groupname="app"}')).toBe(0);
    tree.set(10, { comm: "app", readBytes: 1500 });
    expect((await scrape(started)).get('read_bytes_total{groupname="app"}')).toBe(500);
  });
});
