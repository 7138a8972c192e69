import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText, readTextIfAny } from "./pseudo-file.ts";

/** By the kernel's number of each, from 1 on. */
const states = [
  "established",
  "syn_sent",
  "syn_recv",
  "fin_wait1",
  "fin_wait2",
  "time_wait",
  "close",
  "close_wait",
  "last_ack",
  "listen",
  "closing",
];

/** How many TCP connections there are in each state, and how many bytes wait in their queues. */
export function tcpstatCollector(paths: HostPaths): Collector {
  return {
    name: "tcpstat",
    collect(scrape) {
      const connections = scrape.gauge({
        name: "node_tcp_connection_states",
        help: "Number of TCP connections in each state; bytes for the two queues.",
        labelNames: ["state"],
      });
      for (const state of [...states, "rx_queued_bytes", "tx_queued_bytes"]) connections.set({ state }, 0);
      // The second is missing where IPv6 is disabled.
      for (const text of [readText(paths.procfs, "net/tcp"), readTextIfAny(paths.procfs, "net/tcp6") ?? ""]) {
        for (const [, number, tx, rx] of text.matchAll(/^ *\d+: \S+ \S+ ([\dA-F]{2}) ([\dA-F]+):([\dA-F]+) /gm)) {
          connections.inc({ state: states[Number.parseInt(number!, 16) - 1] ?? "unknown" });
          connections.inc({ state: "tx_queued_bytes" }, Number.parseInt(tx!, 16));
          connections.inc({ state: "rx_queued_bytes" }, Number.parseInt(rx!, 16));
        }
      }
    },
  };
}
