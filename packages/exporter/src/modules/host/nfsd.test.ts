import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what this host has done as a server", async () => {
  const lines = await samplesOf("nfsd", {
    "proc/net/rpc/nfsd": `rc 1 6 18622
io 157286400 72864
th 8 0 0.000 0.000
ra 32 0 0 0 0 0 0 0 0 0 0 7
rpc 18628 1 2 3 4
proc3 22 2 112 0 2719 111 0 0 0 0 0 0 0 0 0 0 0 27 216 0 2 1 0
proc4ops 40 0 0 0 1098 2 0 0 0 0 8179 5896 0 0 0 0 5900 0 0 2 0 2 0 9609 0 2 150 1272 0 0 0 1236 0 0 0 0 3 3 0 5 6
wdeleg_getattr 16
`,
  });
  for (const line of [
    "node_nfsd_server_threads 8",
    "node_nfsd_read_ahead_cache_not_found_total 7",
    'node_nfsd_rpc_errors_total{error="cInt"} 4',
    'node_nfsd_requests_total{proto="3",method="GetAttr"} 112',
    'node_nfsd_requests_total{proto="4",method="Access"} 1098',
    'node_nfsd_requests_total{proto="4",method="RelLockOwner"} 6',
    'node_nfsd_requests_total{proto="4",method="WdelegGetattr"} 16',
  ]) {
    expect(lines).toContain(line);
  }
});
