import { expect, it } from "vitest";
import { hostCollectors } from "./host.ts";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "proc/net/ip_vs_stats": `   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
      10        A        0               FF               1f

 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
       4    1FB3C        0          1282A8F                0
`,
  "proc/net/ip_vs": `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A80016:0CEA wlc
  -> C0A85216:0CEA      Tunnel  100    248        2
  -> C0A85318:0CEA      Tunnel  50     2          1
TCP  [2620:0000:0000:0000:0000:0000:0000:0001]:0050 sh
  -> [2620:0000:0000:0000:0000:0000:0000:0002]:0050      Route   1      3          4
FWM  10001000 wlc
  -> garbage
  -> C0A83215:0CEA      Route   20     5          6
`,
};

it("tells the totals and the connections of each backend", async () => {
  const lines = await samplesOf("ipvs", files);
  expect(lines).toContain("node_ipvs_connections_total 16");
  expect(lines).toContain("node_ipvs_outgoing_bytes_total 31");
  expect(lines.filter((line) => line.startsWith("node_ipvs_backend_connections_active"))).toEqual([
    'node_ipvs_backend_connections_active{local_address="192.168.0.22",local_port="3306",remote_address="192.168.82.22",remote_port="3306",proto="TCP",local_mark=""} 248',
    'node_ipvs_backend_connections_active{local_address="192.168.0.22",local_port="3306",remote_address="192.168.83.24",remote_port="3306",proto="TCP",local_mark=""} 2',
    'node_ipvs_backend_connections_active{local_address="2620::1",local_port="80",remote_address="2620::2",remote_port="80",proto="TCP",local_mark=""} 3',
    'node_ipvs_backend_connections_active{local_address="",local_port="0",remote_address="192.168.50.21",remote_port="3306",proto="FWM",local_mark="10001000"} 5',
  ]);
});

it("adds up what the labels do not tell apart", async () => {
  const lines = await samplesOf("ipvs", files, { "backend-labels": "proto,local_port" });
  expect(lines).toContain('node_ipvs_backend_weight{local_port="3306",proto="TCP"} 150');
  expect(() => hostCollectors({ collectors: { ipvs: { "backend-labels": "proto,mark" } } })).toThrow(
    /has no label mark; there are local_address/,
  );
});

it("says what is wrong with the totals", async () => {
  await expect(samplesOf("ipvs", { "proc/net/ip_vs_stats": "1\n2\n3 4\n" })).rejects.toThrow("five totals");
});
