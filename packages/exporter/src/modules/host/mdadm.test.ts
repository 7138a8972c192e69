import { expect, it } from "vitest";
import { NoData } from "../../scrape/no-data.ts";
import { Scrape } from "../../scrape/scrape.ts";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { mdadmCollector } from "./mdadm.ts";

const head = "Personalities : [raid1] [raid6] [raid5] [raid4] [raid0]\n";

/** What is told of one array: its state, active/failed/spare/required disks, and blocks synced of all. */
async function arraysOf(mdstat: string): Promise<Record<string, string>> {
  const text = await (await collectOnce(mdadmCollector(fixtureHost({ "proc/mdstat": mdstat })))).metrics();
  const value = (series: string): string => new RegExp(`^${series} (.+)$`, "m").exec(text)?.[1] ?? "none";
  const devices = Array.from(text.matchAll(/^node_md_blocks\{device="(.+)"\}/gm), ([, device]) => device!);
  return Object.fromEntries(
    devices.map((device) => {
      const state =
        new RegExp(`^node_md_state\\{device="${device}",state="(.+)"\\} 1$`, "m").exec(text)?.[1] ?? "other";
      const disks = ["active", "failed", "spare"].map((kind) =>
        value(`node_md_disks\\{device="${device}",state="${kind}"\\}`),
      );
      const of = (name: string): string => value(`node_md_${name}\\{device="${device}"\\}`);
      return [device, `${state} ${disks.join("/")}/${of("disks_required")} ${of("blocks_synced")}/${of("blocks")}`];
    }),
  );
}

it("tells arrays that are well, degraded, without redundancy and inactive", async () => {
  const arrays =
    await arraysOf(`${head}md3 : active raid6 sda1[8] sdh1[7] sdg1[6] sdf1[5] sde1[11](F) sdd1[3] sdc1[10] sdb1[9] sdd1[10](S) sdd2[11](S)
      5853468288 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/8] [UUUUUUUU]

md127 : active raid1 sdi2[0] sdj2[1](F)
      312319552 blocks [2/1] [U_]
      bitmap: 1/3 pages [4KB], 65536KB chunk

md0 : active raid0 sda1[0] sdb1[1]
      1000 blocks super 1.2 512k chunks

md9 : inactive sdb2[2](S) sdc2[1]
      883 blocks super 1.2

md_d4 : active (auto-read-only) raid1 sdb5[1] sda5[0]
      99 blocks super 1.2 [2/2] [UU]

unused devices: <none>
`);
  expect(arrays).toEqual({
    md3: "active 8/1/2/8 5853468288/5853468288",
    md127: "active 1/1/0/2 312319552/312319552",
    md0: "active 2/0/0/2 1000/1000",
    md9: "inactive 0/0/1/0 883/883",
    md_d4: "active 2/0/0/2 99/99",
  });
});

it("tells how far work has come, and that it has not begun where it waits", async () => {
  const arrays = await arraysOf(`${head}md8 : active raid1 sdb1[1] sda1[0] sdc[2](S)
      195310144 blocks [2/2] [UU]
      [=>...................]  resync =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec

md7 : active raid5 sdb1[3] sda1[0] sdc1[1]
      400 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]
      [=>...................]  recovery = 50.0% (100/200) finish=1.0min speed=1K/sec
      bitmap: 0/1 pages

md6 : active raid1 sdb2[2](F) sdc[1] sda2[0]
      300 blocks [2/1] [U_]
      \tresync=DELAYED

md5 : active raid1 sdb3[1] sda3[0]
      200 blocks [2/2] [UU]
      [=>...................]  check = 10.0% (20/200) finish=1.0min speed=1K/sec

md4 : active raid5 sdb3[1] sda3[0]
      200 blocks [2/2] [UU]
      [=>...................]  reshape = 10.0% (20/200) finish=1.0min speed=1K/sec
`);
  expect(arrays).toEqual({
    md8: "resync 2/0/1/2 16775552/195310144",
    md7: "recovering 2/0/0/3 100/400",
    md6: "resync 1/1/0/2 0/300",
    md5: "check 2/0/0/2 20/200",
    md4: "other 2/0/0/2 20/200",
  });
});

it("loses an array that is cut off and keeps the others", async () => {
  const arrays = await arraysOf(`${head}md1 : active raid1 sda[0]
      10 blocks [1/1] [U]

md2 : active raid1 sd`);
  expect(Object.keys(arrays)).toEqual(["md1"]);
});

it("has no data where the kernel has no RAID, and nothing to tell where there is no array", async () => {
  const scrape = new Scrape(new AbortController().signal);
  expect(() => mdadmCollector(fixtureHost({})).collect(scrape)).toThrow(NoData);
  expect(await arraysOf("Personalities : \nunused devices: <none>\n")).toEqual({});
});
