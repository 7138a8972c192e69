import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what each mounted file system has done", async () => {
  const lines = await samplesOf("xfs", {
    "sys/fs/xfs/stats/stats": "extent_alloc 9 9 9 9\n",
    "sys/fs/xfs/sda1/stats/stats": "extent_alloc 1 2 3 4\ntrans 5 6 7\nrw 51 52\nxpc 1 2 3\nvnodes 1 x 3\n",
  });
  expect(lines).toEqual([
    'node_xfs_extent_allocation_blocks_allocated_total{device="sda1"} 2',
    'node_xfs_extent_allocation_blocks_freed_total{device="sda1"} 4',
    'node_xfs_extent_allocation_extents_allocated_total{device="sda1"} 1',
    'node_xfs_extent_allocation_extents_freed_total{device="sda1"} 3',
    'node_xfs_read_calls_total{device="sda1"} 52',
    'node_xfs_vnode_active_total{device="sda1"} 1',
    'node_xfs_vnode_get_total{device="sda1"} 3',
    'node_xfs_write_calls_total{device="sda1"} 51',
  ]);
});
