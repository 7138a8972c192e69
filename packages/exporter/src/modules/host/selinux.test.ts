import { expect, it } from "vitest";
import { collectOnce } from "../../testing/index.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import { selinuxCollector } from "./selinux.ts";

async function told(files: Record<string, string>): Promise<string[]> {
  const text = await (await collectOnce(selinuxCollector(fixtureHost(files)))).metrics();
  return text.match(/^node_selinux.*$/gm)!;
}

it("says that it is off where it is", async () => {
  expect(await told({})).toEqual(["node_selinux_enabled 0"]);
});

it("tells its modes, and the cache of all CPUs together", async () => {
  const avc = "sys/fs/selinux/avc";
  const lines = await told({
    "etc/selinux/config": "# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n",
    "sys/fs/selinux/enforce": "0",
    [`${avc}/cache_stats`]: "lookups hits misses allocations reclaims frees\n10 8 2 2 1 1\n5 4 1 1 0 0\n",
    [`${avc}/hash_stats`]: "entries: 503\nbuckets used: 283/512\nlongest chain: 7\n",
    [`${avc}/cache_threshold`]: "512",
  });
  expect(lines.toSorted()).toEqual([
    "node_selinux_avc_allocations_total 3",
    "node_selinux_avc_frees_total 1",
    "node_selinux_avc_hash_buckets_available 512",
    "node_selinux_avc_hash_buckets_used 283",
    "node_selinux_avc_hash_entries 503",
    "node_selinux_avc_hash_longest_chain 7",
    "node_selinux_avc_hits_total 12",
    "node_selinux_avc_lookups_total 15",
    "node_selinux_avc_misses_total 3",
    "node_selinux_avc_reclaims_total 1",
    "node_selinux_avc_threshold 512",
    "node_selinux_config_mode 1",
    "node_selinux_current_mode 0",
    "node_selinux_enabled 1",
  ]);
});

it("leaves out what is garbage or cut off", async () => {
  const avc = "sys/fs/selinux/avc";
  const lines = await told({
    "sys/fs/selinux/enforce": "1",
    [`${avc}/cache_stats`]: "lookups hits misses\n10 8",
    [`${avc}/hash_stats`]: "entries: many\n",
  });
  expect(lines.toSorted()).toEqual([
    "node_selinux_avc_hits_total 8",
    "node_selinux_avc_lookups_total 10",
    "node_selinux_current_mode 1",
    "node_selinux_enabled 1",
  ]);
});
