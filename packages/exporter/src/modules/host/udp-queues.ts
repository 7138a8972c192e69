import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readTextIfAny } from "./pseudo-file.ts";

/** How many bytes of datagrams wait in the queues of all UDP sockets. */
export function udpQueuesCollector(paths: HostPaths): Collector {
  return {
    name: "udp_queues",
    collect(scrape) {
      const queues = scrape.gauge({
        name: "node_udp_queues",
        help: "Memory of UDP datagrams that wait in the kernel, in bytes.",
        labelNames: ["queue", "ip"],
      });
      const tables = { v4: "net/udp", v6: "net/udp6" };
      let found = false;
      for (const [ip, path] of Object.entries(tables)) {
        const text = readTextIfAny(paths.procfs, path);
        if (text === undefined) continue;
        found = true;
        queues.set({ queue: "tx", ip }, 0);
        queues.set({ queue: "rx", ip }, 0);
        for (const [, tx, rx] of text.matchAll(/^ *\d+: \S+ \S+ [\dA-F]{2} ([\dA-F]+):([\dA-F]+) /gm)) {
          queues.inc({ queue: "tx", ip }, Number.parseInt(tx!, 16));
          queues.inc({ queue: "rx", ip }, Number.parseInt(rx!, 16));
        }
      }
      if (!found) throw new NoData("there is no UDP");
    },
  };
}
