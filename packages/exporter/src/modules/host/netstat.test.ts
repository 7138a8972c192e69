import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "proc/net/netstat": `TcpExt: SyncookiesSent ListenOverflows TCPTimeouts TW
TcpExt: 1 2 3 4
IpExt: InOctets OutOctets InNoECTPkts
IpExt: 6286396970 2786264347 5
`,
  "proc/net/snmp": `Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: MaxConn CurrEstab RetransSegs InErrs
Tcp: -1 75 4 5
Udp: InDatagrams
Udp: 7
`,
  "proc/net/snmp6":
    "Ip6InReceives                   \t391\nIp6InOctets                     \t42\nUdp6InErrors \t9\nIcmp6InMsgs \t3\n",
};

it("tells the fields that node_exporter does", async () => {
  expect((await samplesOf("netstat", files)).toSorted()).toEqual([
    "node_netstat_Icmp6_InMsgs 3",
    "node_netstat_Ip6_InOctets 42",
    "node_netstat_IpExt_InOctets 6286396970",
    "node_netstat_IpExt_OutOctets 2786264347",
    "node_netstat_Ip_Forwarding 1",
    "node_netstat_TcpExt_ListenOverflows 2",
    "node_netstat_TcpExt_SyncookiesSent 1",
    "node_netstat_TcpExt_TCPTimeouts 3",
    "node_netstat_Tcp_CurrEstab 75",
    "node_netstat_Tcp_InErrs 5",
    "node_netstat_Tcp_RetransSegs 4",
    "node_netstat_Udp6_InErrors 9",
    "node_netstat_Udp_InDatagrams 7",
  ]);
  expect(await samplesOf("netstat", files, { fields: "^Tcp_MaxConn$" })).toEqual(["node_netstat_Tcp_MaxConn -1"]);
});

it("does without IPv6, and without what is cut off", async () => {
  const { "proc/net/netstat": netstat } = files;
  expect(
    await samplesOf("netstat", {
      "proc/net/netstat": netstat.slice(0, netstat.indexOf("6286396970")),
      "proc/net/snmp": "Udp: InDatagrams NoPorts\nUdp: 7 garbage\n",
    }),
  ).toEqual([
    "node_netstat_TcpExt_ListenOverflows 2",
    "node_netstat_TcpExt_SyncookiesSent 1",
    "node_netstat_TcpExt_TCPTimeouts 3",
    "node_netstat_Udp_InDatagrams 7",
  ]);
});
