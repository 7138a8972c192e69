import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { nfsOperations } from "./nfs-operations.ts";
import { operationCounts, readRpcFile } from "./rpc-file.ts";

/** What this host has done as a client of NFS, from /proc/net/rpc/nfs. */
export function nfsCollector({ procfs }: HostPaths): Collector {
  return {
    name: "nfs",
    collect(scrape) {
      const lines = readRpcFile(procfs, "nfs");
      if (lines === undefined) throw new NoData("this host is no client of NFS");
      const [, udp = 0, tcp = 0, connections = 0] = lines.get("net") ?? [];
      const packets = scrape.counter({
        name: "node_nfs_packets_total",
        help: "Total NFS client network packets (sent+received) by protocol type.",
        labelNames: ["protocol"],
      });
      packets.setTotal({ protocol: "udp" }, udp);
      packets.setTotal({ protocol: "tcp" }, tcp);
      const [calls = 0, retransmissions = 0, refreshes = 0] = lines.get("rpc") ?? [];
      for (const [name, help, value] of [
        ["connections_total", "Total number of NFS client TCP connections.", connections],
        ["rpcs_total", "Total number of RPCs performed.", calls],
        ["rpc_retransmissions_total", "Number of RPC transmissions performed.", retransmissions],
        ["rpc_authentication_refreshes_total", "Number of RPC authentication refreshes performed.", refreshes],
      ] as const) {
        scrape.counter({ name: `node_nfs_${name}`, help }).setTotal(value);
      }
      const requests = scrape.counter({
        name: "node_nfs_requests_total",
        help: "Number of NFS procedures invoked.",
        labelNames: ["proto", "method"],
      });
      for (const [proto, line, methods] of [
        ["2", "proc2", nfsOperations.v2],
        ["3", "proc3", nfsOperations.v3],
        ["4", "proc4", nfsOperations.v4Client],
      ] as const) {
        const count = operationCounts(lines.get(line));
        for (const [i, method] of methods.entries()) requests.setTotal({ proto, method }, count(i));
      }
    },
  };
}
