import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const set = "sys/fs/bcache/deaddd54-c735-46d5-868e-f331c5fd7c74";
const files = {
  "sys/fs/bcache/register": "",
  [`${set}/tree_depth`]: "2\n",
  [`${set}/btree_cache_size`]: "3.0M\n",
  [`${set}/internal/cache_read_races`]: "4\n",
  [`${set}/bdev0/dirty_data`]: "2k\n",
  [`${set}/bdev0/writeback_rate_debug`]: "rate:\t\t1.0M/sec\ntarget:\t\t5k\nchange:\t\t-1k/sec\nnext io:\t17ms\n",
  [`${set}/bdev0/stats_total/cache_hits`]: "546\n",
  [`${set}/cache0/written`]: "1k\n",
  [`${set}/cache0/priority_stats`]: "Unused:\t\t99%\nMetadata:\t1%\n",
};

it("tells of the sets, of what they cache, and of the caches", async () => {
  const lines = (await samplesOf("bcache", files)).map((line) => line.replace(/uuid="[^"]+",?/, ""));
  expect(lines).toEqual([
    "node_bcache_btree_cache_size_bytes{} 3145728",
    'node_bcache_cache_hits_total{backing_device="bdev0"} 546',
    "node_bcache_cache_read_races_total{} 4",
    'node_bcache_dirty_data_bytes{backing_device="bdev0"} 2048',
    'node_bcache_dirty_target_bytes{backing_device="bdev0"} 5120',
    "node_bcache_tree_depth{} 2",
    'node_bcache_writeback_change{backing_device="bdev0"} -1024',
    'node_bcache_writeback_rate{backing_device="bdev0"} 1048576',
    'node_bcache_written_bytes_total{cache_device="cache0"} 1024',
  ]);
});

it("tells what is expensive where it is asked for", async () => {
  const lines = await samplesOf("bcache", files, { priorityStats: true });
  expect(lines).toContainEqual(expect.stringMatching(/^node_bcache_priority_stats_unused_percent\{.*\} 99$/));
  expect(lines).toContainEqual(expect.stringMatching(/^node_bcache_priority_stats_metadata_percent\{.*\} 1$/));
});
