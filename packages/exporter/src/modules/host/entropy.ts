import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readNumber } from "./pseudo-file.ts";

/** What the kernel's source of random numbers holds. */
export function entropyCollector(paths: HostPaths): Collector {
  return {
    name: "entropy",
    collect(scrape) {
      const available = readNumber(paths.procfs, "sys/kernel/random/entropy_avail");
      const poolSize = readNumber(paths.procfs, "sys/kernel/random/poolsize");
      if (available === undefined && poolSize === undefined) throw new NoData("the kernel does not tell its entropy");
      if (available !== undefined) {
        scrape.gauge({ name: "node_entropy_available_bits", help: "Bits of available entropy." }).set(available);
      }
      if (poolSize !== undefined) {
        scrape.gauge({ name: "node_entropy_pool_size_bits", help: "Bits of entropy pool." }).set(poolSize);
      }
    },
  };
}
