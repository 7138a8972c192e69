import { NoData } from "../../scrape/no-data.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { isMissing, readText } from "./pseudo-file.ts";

/** What is told of each resource: the line of its file, and the metric. */
const stalls = [
  ["cpu", "some", "cpu_waiting", "Total time in seconds that processes have waited for CPU time."],
  ["io", "some", "io_waiting", "Total time in seconds that processes have waited for I/O."],
  ["io", "full", "io_stalled", "Total time in seconds that no process could make progress for I/O."],
  ["memory", "some", "memory_waiting", "Total time in seconds that processes have waited for memory."],
  ["memory", "full", "memory_stalled", "Total time in seconds that no process could make progress for memory."],
  ["irq", "full", "irq_stalled", "Total time in seconds that no process could make progress for interrupts."],
] as const;

/** How long processes have waited for CPU time, I/O and memory. */
export function pressureCollector(paths: HostPaths): Collector {
  return {
    name: "pressure",
    collect(scrape) {
      const texts = new Map(["cpu", "io", "memory", "irq"].map((resource) => [resource, read(paths, resource)]));
      if (texts.get("cpu") === undefined) throw new NoData("the kernel does not tell pressure");
      for (const [resource, line, name, help] of stalls) {
        const total = new RegExp(`^${line} .*\\btotal=(\\d+)$`, "m").exec(texts.get(resource) ?? "")?.[1];
        if (total === undefined) continue;
        scrape.counter({ name: `node_pressure_${name}_seconds_total`, help }).setTotal(Number(total) / 1e6);
      }
    },
  };
}

/** Undefined where the kernel is too old, was built without it, or was told not to tell it. */
function read(paths: HostPaths, resource: string): string | undefined {
  try {
    return readText(paths.procfs, `pressure/${resource}`);
  } catch (error) {
    const isDisabled = error instanceof Error && "code" in error && /^(EOPNOTSUPP|ENOTSUP)$/.test(String(error.code));
    if (isDisabled || isMissing(error)) return undefined;
    throw error;
  }
}
