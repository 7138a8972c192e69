import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what ZFS says of itself, of its pools and of their data sets", async () => {
  const root = "proc/spl/kstat/zfs";
  const lines = await samplesOf("zfs", {
    [`${root}/arcstats`]:
      "6 1 0x01 91 4368 5266997922 97951858082072\nname type data\nhits 4 8772612\ndemand-hits 4 7\nmemory_available 3 -922337\nnote 7 1\n",
    [`${root}/zil`]: "garbage 4 1\n",
    [`${root}/pool1/io`]: "12 3 0x00 1 80 1 2\nnread    nwritten\n1884160  x\n",
    [`${root}/pool1/state`]: "ONLINE\n",
    [`${root}/pool1/objset-1`]: "23 1 0x01 7\nname type data\ndataset_name 7 pool1/my data\nwrites 4 5\n",
  });
  expect(lines).toEqual([
    "node_zfs_arc_demand_hits 7",
    "node_zfs_arc_hits 8772612",
    "node_zfs_arc_memory_available -922337",
    'node_zfs_zpool_dataset_writes{zpool="pool1",dataset="pool1/my data"} 5',
    'node_zfs_zpool_nread{zpool="pool1"} 1884160',
    'node_zfs_zpool_state{zpool="pool1",state="online"} 1',
    ...["degraded", "faulted", "offline", "removed", "unavail", "suspended"].map(
      (state) => `node_zfs_zpool_state{zpool="pool1",state="${state}"} 0`,
    ),
  ]);
});
