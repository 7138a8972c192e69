import { withWaits } from "./blocks.ts";
import { type Comparison, type Contenders, entriesOf } from "./comparison.ts";

export const clusterWork = "scrape of 4 cluster workers with 25k counters each, all changed";

const figures = {
  block: { title: "longest block of the primary's event loop", unit: "ns" },
  blockWithWaits: { title: `longest block of the primary's event loop${withWaits}`, unit: "ns" },
} as const;

export const clusterBlock: string = `${clusterWork}: ${figures.block.title}`;

/** Scrapes of a cluster through its primary. */
export function clusterComparisons(contenders: Contenders): Comparison[] {
  const names = ["exporterkit", "prom-client", "@prometheus-io/client"];
  const work = { kind: "cluster", workers: 4, series: 25_000 } as const;
  return [{ group: "Cluster", figures, entries: entriesOf(contenders, names, clusterWork, work) }];
}
