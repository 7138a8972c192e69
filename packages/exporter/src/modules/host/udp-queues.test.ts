import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const head =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

it("adds up the queues of the sockets of each version of IP", async () => {
  const udp = `${head}   10: 00000000:0044 00000000:0000 07 00000010:00000001 00:00000000 00000000     0        0 2740 2 0000000000000000 0
  200: 0100007F:0045 00000000:0000 07 00000001:00000015 00:00000000 00000000     0        0 2741 2 0000000000000000 0
  201: 0100007F:0045 0000`;
  expect(await samplesOf("udp_queues", { "proc/net/udp": udp })).toEqual([
    'node_udp_queues{queue="tx",ip="v4"} 17',
    'node_udp_queues{queue="rx",ip="v4"} 22',
  ]);
  expect(await samplesOf("udp_queues", { "proc/net/udp6": head })).toEqual([
    'node_udp_queues{queue="tx",ip="v6"} 0',
    'node_udp_queues{queue="rx",ip="v6"} 0',
  ]);
  expect(await samplesOf("udp_queues", {})).toEqual([]);
});
