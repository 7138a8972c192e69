import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "proc/sys/net/netfilter/nf_conntrack_count": "123\n",
  "proc/sys/net/netfilter/nf_conntrack_max": "65536\n",
};

it("tells the entries, and the statistics over all CPUs", async () => {
  const lines = await samplesOf("conntrack", {
    ...files,
    "proc/net/stat/nf_conntrack":
      "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  " +
      "expect_new expect_create expect_delete search_restart\n" +
      "00000021  00000000 0000000a 00000000 00000001 00000002 00000000 00000000 00000003 00000004 00000005 00000006 00000000  00000000 00000000 00000000 00000007\n" +
      "00000021  00000000 00000001 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000010\n",
  });
  expect(lines.toSorted()).toEqual([
    "node_nf_conntrack_entries 123",
    "node_nf_conntrack_entries_limit 65536",
    "node_nf_conntrack_stat_drop 5",
    "node_nf_conntrack_stat_early_drop 6",
    "node_nf_conntrack_stat_found 11",
    "node_nf_conntrack_stat_ignore 2",
    "node_nf_conntrack_stat_insert 3",
    "node_nf_conntrack_stat_insert_failed 4",
    "node_nf_conntrack_stat_invalid 2",
    "node_nf_conntrack_stat_search_restart 23",
  ]);
});

it("tells what there is", async () => {
  const entries = ["node_nf_conntrack_entries 123", "node_nf_conntrack_entries_limit 65536"];
  expect(await samplesOf("conntrack", { ...files, "proc/net/stat/nf_conntrack": "found new\n0000" })).toEqual(entries);
  expect(await samplesOf("conntrack", files)).toEqual(entries);
  expect(await samplesOf("conntrack", {})).toEqual([]);
});
