import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells how each file system uses its devices", async () => {
  const lines = await samplesOf("btrfs", {
    "sys/fs/btrfs/features/mixed_backref": "1\n",
    "sys/fs/btrfs/0abb23a9-579b/label": "fixture\n",
    "sys/fs/btrfs/0abb23a9-579b/commit_stats":
      "commits 3\ncur_commit_ms 0\nlast_commit_ms 500\nmax_commit_ms 1500\ntotal_commit_ms 2500\n",
    "sys/fs/btrfs/0abb23a9-579b/devices/sda/size": "2\n",
    "sys/fs/btrfs/0abb23a9-579b/devices/sdb/size": "4\n",
    "sys/fs/btrfs/0abb23a9-579b/devices/sdc/size": "EIO\n",
    "sys/fs/btrfs/0abb23a9-579b/allocation/global_rsv_size": "16\n",
    "sys/fs/btrfs/0abb23a9-579b/allocation/data/bytes_reserved": "1\n",
    "sys/fs/btrfs/0abb23a9-579b/allocation/data/raid5/used_bytes": "7\n",
    "sys/fs/btrfs/0abb23a9-579b/allocation/data/raid5/total_bytes": "8\n",
    "sys/fs/btrfs/0abb23a9-579b/allocation/metadata/raid1c3/used_bytes": "9\n",
  });
  const short = lines.map((line) => line.replace('uuid="0abb23a9-579b"', ""));
  expect(short).toEqual([
    'node_btrfs_allocation_ratio{,block_group_type="data",mode="raid5"} 1.5',
    'node_btrfs_allocation_ratio{,block_group_type="metadata",mode="raid1c3"} 3',
    "node_btrfs_commit_seconds_total{} 2.5",
    "node_btrfs_commits_total{} 3",
    'node_btrfs_device_size_bytes{,device="sda"} 1024',
    'node_btrfs_device_size_bytes{,device="sdb"} 2048',
    "node_btrfs_global_rsv_size_bytes{} 16",
    'node_btrfs_info{,label="fixture"} 1',
    "node_btrfs_last_commit_seconds{} 0.5",
    "node_btrfs_max_commit_seconds{} 1.5",
    'node_btrfs_reserved_bytes{,block_group_type="data"} 1',
    'node_btrfs_size_bytes{,block_group_type="data",mode="raid5"} 8',
    'node_btrfs_used_bytes{,block_group_type="data",mode="raid5"} 7',
    'node_btrfs_used_bytes{,block_group_type="metadata",mode="raid1c3"} 9',
  ]);
});
