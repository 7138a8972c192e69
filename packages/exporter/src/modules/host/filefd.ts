import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { readText } from "./pseudo-file.ts";

/** How many files are open, and how many may be. */
export function filefdCollector(paths: HostPaths): Collector {
  return {
    name: "filefd",
    collect(scrape) {
      const [, allocated, maximum] = /^(\d+)\s+\d+\s+(\d+)\s*$/.exec(readText(paths.procfs, "sys/fs/file-nr")) ?? [];
      if (allocated === undefined) throw new Error("sys/fs/file-nr has no three numbers");
      scrape
        .gauge({ name: "node_filefd_allocated", help: "Number of file descriptors that are open." })
        .set(Number(allocated));
      scrape
        .gauge({ name: "node_filefd_maximum", help: "Number of file descriptors that may be open." })
        .set(Number(maximum));
    },
  };
}
