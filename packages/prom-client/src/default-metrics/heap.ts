import { getHeapSpaceStatistics } from "node:v8";
import { declareGauge, type DefaultMetricsSettings } from "./default-metrics-settings.ts";

/** The JavaScript heap as a whole. */
export function heapSize(settings: DefaultMetricsSettings): void {
  const { labels } = settings;
  const total = declareGauge(settings, {
    name: "nodejs_heap_size_total_bytes",
    help: "Process heap size from Node.js in bytes.",
    collect() {
      let usage: NodeJS.MemoryUsage;
      try {
        usage = process.memoryUsage();
      } catch {
        // Some platforms do not tell how much memory is resident, and then tell nothing.
        return;
      }
      total.set(labels, usage.heapTotal);
      used.set(labels, usage.heapUsed);
      external.set(labels, usage.external);
    },
  });
  const used = declareGauge(settings, {
    name: "nodejs_heap_size_used_bytes",
    help: "Process heap size used from Node.js in bytes.",
  });
  const external = declareGauge(settings, {
    name: "nodejs_external_memory_bytes",
    help: "Node.js external memory size in bytes.",
  });
}

/** The JavaScript heap by space. */
export function heapSpaces(settings: DefaultMetricsSettings): void {
  const { labels } = settings;
  if (!tellsHeapSpaces()) return;
  const [total, used, available] = ["total", "used", "available"].map((part) =>
    declareGauge(settings, {
      name: `nodejs_heap_space_size_${part}_bytes`,
      help: `Process heap space size ${part} from Node.js in bytes.`,
      labelNames: ["space"],
      ...(part === "total" && { collect }),
    }),
  );

  function collect(): void {
    for (const statistics of getHeapSpaceStatistics()) {
      const series = { space: statistics.space_name.replace(/_space$/, ""), ...labels };
      total!.set(series, statistics.space_size);
      used!.set(series, statistics.space_used_size);
      available!.set(series, statistics.space_available_size);
    }
  }
}

/** Whether the runtime can do what it has a function for. */
function tellsHeapSpaces(): boolean {
  try {
    getHeapSpaceStatistics();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_NOT_IMPLEMENTED") return false;
    throw error;
  }
}
