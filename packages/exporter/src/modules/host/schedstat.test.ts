import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells each CPU's times, with those of a domain left aside", async () => {
  const schedstat = `version 15
timestamp 15819019232
cpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343796328169361 4767485306
domain0 00000000,00000003 212499247 210112015 1861015 1860405436
cpu1 518377256 0 4155211005 2778589869 10466382 2867629021 1904686152592476 364107263788241 5145567945
cpu2 518377256 0 41`;
  expect(await samplesOf("schedstat", { "proc/schedstat": schedstat })).toEqual([
    'node_schedstat_running_seconds_total{cpu="0"} 2045936.778163039',
    'node_schedstat_running_seconds_total{cpu="1"} 1904686.152592476',
    'node_schedstat_timeslices_total{cpu="0"} 4767485306',
    'node_schedstat_timeslices_total{cpu="1"} 5145567945',
    'node_schedstat_waiting_seconds_total{cpu="0"} 343796.328169361',
    'node_schedstat_waiting_seconds_total{cpu="1"} 364107.263788241',
  ]);
  expect(await samplesOf("schedstat", {})).toEqual([]);
});
