import { Gauge } from "../metrics/gauge.ts";
import { builtin } from "../builtin.ts";
import type { RuntimeMetrics, RuntimeMetricsOptions } from "./runtime-metrics.ts";

/** The JavaScript heap, as a whole and by space. */
export function heapMetrics({ prefix }: RuntimeMetricsOptions): RuntimeMetrics {
  const total = new Gauge({
    name: `${prefix}nodejs_heap_size_total_bytes`,
    help: "Size of the JavaScript heap, in bytes.",
    registers: [],
    collect() {
      const usage = process.memoryUsage();
      total.set(usage.heapTotal);
      used.set(usage.heapUsed);
      external.set(usage.external);
    },
  });
  const used = new Gauge({
    name: `${prefix}nodejs_heap_size_used_bytes`,
    help: "Memory in use in the JavaScript heap, in bytes.",
    registers: [],
  });
  const external = new Gauge({
    name: `${prefix}nodejs_external_memory_bytes`,
    help: "Memory outside the heap that JavaScript objects hold, in bytes.",
    registers: [],
  });
  return { metrics: [total, used, external, ...heapSpaces(prefix)] };
}

function heapSpaces(prefix: string): Gauge<"space">[] {
  const v8 = builtin("node:v8");
  if (v8?.getHeapSpaceStatistics === undefined) return [];
  const gauge = (part: string, help: string, collect?: () => void): Gauge<"space"> =>
    new Gauge({
      name: `${prefix}nodejs_heap_space_size_${part}_bytes`,
      help,
      labelNames: ["space"],
      registers: [],
      ...(collect && { collect }),
    });

  const used = gauge("used", "Memory in use in a space of the heap, in bytes.");
  const available = gauge("available", "Memory still available in a space of the heap, in bytes.");
  const total = gauge("total", "Size of a space of the heap, in bytes.", () => {
    for (const statistics of v8.getHeapSpaceStatistics()) {
      const space = statistics.space_name.replace(/_space$/, "");
      total.set({ space }, statistics.space_size);
      used.set({ space }, statistics.space_used_size);
      available.set({ space }, statistics.space_available_size);
    }
  });
  return [total, used, available];
}
