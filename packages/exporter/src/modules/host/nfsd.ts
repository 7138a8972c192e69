import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { nfsOperations } from "./nfs-operations.ts";
import { operationCounts, readRpcFile } from "./rpc-file.ts";

/** Counters without labels: the line of the file, the place of the number in it, and what it counts. */
const counters = [
  ["rc", 0, "reply_cache_hits_total", "Total number of NFSd Reply Cache hits (client lost server response)."],
  ["rc", 1, "reply_cache_misses_total", "Total number of NFSd Reply Cache misses, of operations that need caching."],
  ["rc", 2, "reply_cache_nocache_total", "Total number of NFSd operations that need no caching."],
  ["fh", 0, "file_handles_stale_total", "Total number of NFSd stale file handles"],
  ["io", 0, "disk_bytes_read_total", "Total NFSd bytes read."],
  ["io", 1, "disk_bytes_written_total", "Total NFSd bytes written."],
  ["ra", 11, "read_ahead_cache_not_found_total", "Total number of NFSd read ahead cache not found."],
  ["net", 3, "connections_total", "Total number of NFSd TCP connections."],
  ["rpc", 0, "server_rpcs_total", "Total number of NFSd RPCs."],
] as const;
const gauges = [
  ["th", 0, "server_threads", "Total number of NFSd kernel threads that are running."],
  ["ra", 0, "read_ahead_cache_size_blocks", "How large the read ahead cache is in blocks."],
] as const;

/** What this host has done as a server of NFS, from /proc/net/rpc/nfsd. What the kernel no longer counts is 0. */
export function nfsdCollector({ procfs }: HostPaths): Collector {
  return {
    name: "nfsd",
    collect(scrape) {
      const lines = readRpcFile(procfs, "nfsd");
      if (lines === undefined) throw new NoData("this host is no server of NFS");
      const read = (line: string, column: number): number => lines.get(line)?.[column] ?? 0;
      for (const [line, column, name, help] of counters) {
        scrape.counter({ name: `node_nfsd_${name}`, help }).setTotal(read(line, column));
      }
      for (const [line, column, name, help] of gauges) {
        scrape.gauge({ name: `node_nfsd_${name}`, help }).set(read(line, column));
      }
      const packets = scrape.counter({
        name: "node_nfsd_packets_total",
        help: "Total NFSd network packets (sent+received) by protocol type.",
        labelNames: ["proto"],
      });
      packets.setTotal({ proto: "udp" }, read("net", 1));
      packets.setTotal({ proto: "tcp" }, read("net", 2));
      const errors = scrape.counter({
        name: "node_nfsd_rpc_errors_total",
        help: "Total number of NFSd RPC errors by error type.",
        labelNames: ["error"],
      });
      for (const [i, error] of ["fmt", "auth", "cInt"].entries()) errors.setTotal({ error }, read("rpc", 2 + i));
      const requests = scrape.counter({
        name: "node_nfsd_requests_total",
        help: "Total number NFSd Requests by method and protocol.",
        labelNames: ["proto", "method"],
      });
      for (const [proto, line, methods] of [
        ["2", "proc2", nfsOperations.v2],
        ["3", "proc3", nfsOperations.v3],
        ["4", "proc4ops", nfsOperations.v4Server],
      ] as const) {
        const count = operationCounts(lines.get(line));
        for (const [i, method] of methods.entries()) {
          if (method !== "-" && method !== "Null") requests.setTotal({ proto, method }, count(i));
        }
      }
      const delegated = lines.get("wdeleg_getattr")?.[0];
      if (delegated !== undefined) requests.setTotal({ proto: "4", method: "WdelegGetattr" }, delegated);
    },
  };
}
