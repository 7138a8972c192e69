import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";
import { pageSize } from "./page-size.ts";

const files = {
  "proc/net/sockstat": `sockets: used 13
TCP: inuse 2 orphan 0 tw 2032 alloc 4 mem 201
UDP: inuse 1 mem 0
FRAG: inuse 0 memory 0
`,
  "proc/net/sockstat6": "TCP6: inuse 3\nFRAG6: inuse 0 memory 7\n",
};

it("tells the sockets of each protocol and state", async () => {
  expect((await samplesOf("sockstat", files)).toSorted()).toEqual([
    "node_sockstat_FRAG6_inuse 0",
    "node_sockstat_FRAG6_memory 7",
    "node_sockstat_FRAG_inuse 0",
    "node_sockstat_FRAG_memory 0",
    "node_sockstat_TCP6_inuse 3",
    "node_sockstat_TCP_alloc 4",
    "node_sockstat_TCP_inuse 2",
    "node_sockstat_TCP_mem 201",
    `node_sockstat_TCP_mem_bytes ${201 * pageSize()}`,
    "node_sockstat_TCP_orphan 0",
    "node_sockstat_TCP_tw 2032",
    "node_sockstat_UDP_inuse 1",
    "node_sockstat_UDP_mem 0",
    "node_sockstat_UDP_mem_bytes 0",
    "node_sockstat_sockets_used 13",
  ]);
});

it("does without a version of IP that is disabled, and without what is cut off", async () => {
  expect(await samplesOf("sockstat", { "proc/net/sockstat6": "TCP6: inuse 3\nUDP6: inu" })).toEqual([
    "node_sockstat_TCP6_inuse 3",
  ]);
});
