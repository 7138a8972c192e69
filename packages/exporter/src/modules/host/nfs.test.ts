import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what this host has done as a client, operations that the kernel does not count as 0", async () => {
  const lines = await samplesOf("nfs", {
    "proc/net/rpc/nfs": "net 70 1 69 45\nrpc 1218785755 374636 1218815394\nproc4 3 98 51 8\n",
  });
  for (const line of [
    'node_nfs_packets_total{protocol="tcp"} 69',
    "node_nfs_connections_total 45",
    "node_nfs_rpc_retransmissions_total 374636",
    'node_nfs_requests_total{proto="4",method="Null"} 98',
    'node_nfs_requests_total{proto="4",method="Write"} 8',
    'node_nfs_requests_total{proto="4",method="Clone"} 0',
    'node_nfs_requests_total{proto="2",method="GetAttr"} 0',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.filter((line) => line.startsWith("node_nfs_requests_total"))).toHaveLength(18 + 22 + 59);
});
