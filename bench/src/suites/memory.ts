import type { MemoryWork } from "../work.ts";
import { type Comparison, type Contenders, entriesOf, everyone } from "./comparison.ts";

export const memoryFigures = {
  heap: { title: "heap", unit: "bytes" },
  offHeap: { title: "off the heap", unit: "bytes" },
  heapScraped: { title: "heap, after 3 scrapes", unit: "bytes" },
  offHeapScraped: { title: "off the heap, after 3 scrapes", unit: "bytes" },
  text: { title: "length of its text", unit: "bytes" },
} as const;

export const memoryWorks = { counter: "a counter series, of 100k", histogram: "a histogram series, of 10k" };

/** Memory a series. */
export function memoryComparisons(contenders: Contenders): Comparison[] {
  const of = (metric: MemoryWork["metric"], series: number, names: readonly string[]): Comparison => ({
    group: "Memory",
    once: true,
    figures: memoryFigures,
    entries: entriesOf(contenders, names, memoryWorks[metric], { kind: "memory", metric, series }),
  });
  const counting = everyone.filter((name) => name !== "Python");
  const observing = counting.filter((name) => name !== "VictoriaMetrics");
  return [of("counter", 100_000, counting), of("histogram", 10_000, observing)];
}
