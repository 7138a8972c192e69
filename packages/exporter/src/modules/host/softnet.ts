import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** The columns that are told. Kernels of old have fewer. */
const counters = [
  { column: 0, name: "processed", help: "Number of processed packets." },
  { column: 1, name: "dropped", help: "Number of dropped packets." },
  { column: 2, name: "times_squeezed", help: "Number of times processing packets ran out of quota." },
  { column: 8, name: "cpu_collision", help: "Number of collisions while a device was locked for transmitting." },
  { column: 9, name: "received_rps", help: "Number of times that the CPU was woken up to receive packets." },
  { column: 10, name: "flow_limit_count", help: "Number of times that the flow limit was reached." },
];
const backlogColumn = 11;
const cpuColumn = 12;

/** How the CPUs have got on with the packets of the network. */
export function softnetCollector(paths: HostPaths): Collector {
  return {
    name: "softnet",
    collect(scrape) {
      const cpus = parseSoftnet(readText(paths.procfs, "net/softnet_stat"));
      for (const { column, name, help } of counters) {
        const counter = scrape.counter({ name: `node_softnet_${name}_total`, help, labelNames: ["cpu"] });
        for (const { cpu, columns } of cpus) {
          if (columns[column] !== undefined) counter.setTotal({ cpu }, columns[column]);
        }
      }
      const backlog = scrape.gauge({
        name: "node_softnet_backlog_len",
        help: "Number of packets that wait to be processed.",
        labelNames: ["cpu"],
      });
      for (const { cpu, columns } of cpus) {
        // Kernels that do not tell the CPU have another number there, or none.
        if (columns[cpuColumn] !== undefined) backlog.set({ cpu }, columns[backlogColumn]!);
      }
    },
  };
}

/** Reads a line of hexadecimal numbers for each CPU that is online. */
function parseSoftnet(text: string): { cpu: string; columns: number[] }[] {
  const lines = text.split("\n").filter((line) => /^[\da-f]{8}( [\da-f]{8}){8,}$/.test(line));
  if (lines.length === 0) throw new Error("net/softnet_stat has no CPU");
  return lines.map((line, i) => {
    const columns = line.split(" ").map((column) => Number.parseInt(column, 16));
    return { cpu: String(columns[cpuColumn] ?? i), columns };
  });
}
