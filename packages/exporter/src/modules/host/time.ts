import type { Collector } from "../../scrape/collector.ts";

/** The clock of the host. */
export function timeCollector(): Collector {
  return {
    name: "time",
    collect(scrape) {
      scrape
        .gauge({ name: "node_time_seconds", help: "System time since the Unix epoch, in seconds." })
        .set(Date.now() / 1000);
    },
  };
}
