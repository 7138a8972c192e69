import { ours } from "../contenders.ts";
import { type Comparison, type Contenders, entriesOf, shortCount } from "./comparison.ts";

/** What the title of a figure ends with that is the same one with the time in which others had the core. */
export const withWaits = ", with waits for a core";

const figures = {
  first: { title: "first scrape", unit: "ns" },
  firstWithWaits: { title: `first scrape${withWaits}`, unit: "ns" },
  changed: { title: "all changed, median of 9 scrapes", unit: "ns" },
  changedWithWaits: { title: `all changed, median of 9 scrapes${withWaits}`, unit: "ns" },
  worst: { title: "all changed, worst of 9 scrapes", unit: "ns" },
} as const;

export const blockFigures: readonly string[] = [figures.first, figures.changed].map(
  ({ title }) => `${blockWork(1e6)}: ${title}`,
);

/** How long a scrape holds the event loop. The peers render in one go, so that a tenth of the series says enough of them. */
export function blockComparisons(contenders: Contenders): Comparison[] {
  const of = (series: number, names: readonly string[]): Comparison => ({
    group: "Longest event-loop block",
    once: true,
    figures,
    entries: entriesOf(contenders, names, blockWork(series), { kind: "block", series }),
  });
  return [of(1e6, [ours]), of(1e5, [ours, "prom-client", "@prometheus-io/client"])];
}

function blockWork(series: number): string {
  return `${shortCount(series)} counters`;
}
