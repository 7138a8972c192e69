import { setImmediate } from "node:timers/promises";
import type { Answer, MemoryWork } from "../work.ts";
import { durations } from "./counting.ts";
import { labelSets } from "./label-sets.ts";
import type { Library, LibraryRegistry } from "./library.ts";

/** Bytes a series, on the heap and off it, before the first scrape and after three, and of its text. */
export function measuringMemory(library: Library, work: MemoryWork): () => Promise<Answer> {
  return async () => {
    const registry = library.registry();
    const empty = await usage();
    const metric = fill(registry, work);
    const filled = await usage();
    let text = 0;
    for (let scrape = 0; scrape < 3; scrape++) {
      metric.change();
      text = await registry.expose("text");
    }
    const scraped = await usage();
    const perSeries = (bytes: number): number => bytes / work.series;
    return {
      heap: perSeries(filled.heap - empty.heap),
      offHeap: perSeries(filled.offHeap - empty.offHeap),
      heapScraped: perSeries(scraped.heap - empty.heap),
      offHeapScraped: perSeries(scraped.offHeap - empty.offHeap),
      text: perSeries(text),
    };
  };
}

/** Series that nobody holds a reference to but the library. */
function fill(registry: LibraryRegistry, { metric, series }: MemoryWork): { change(): void } {
  if (metric === "histogram") {
    const histogram = registry.histogram();
    const seconds = durations(1024);
    let next = 0;
    const change = (): void => {
      for (const labels of labelSets(series)) histogram.labels(labels).observe(seconds[next++ & 1023]!);
    };
    change();
    return { change };
  }
  const counter = registry.counter();
  const change = (): void => {
    for (const labels of labelSets(series)) counter.inc(labels);
  };
  change();
  return { change };
}

async function usage(): Promise<{ heap: number; offHeap: number }> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, offHeap: external };
}
