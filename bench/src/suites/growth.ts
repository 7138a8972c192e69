import { startContender } from "../contender-process.ts";
import { ours } from "../contenders.ts";
import type { Work } from "../work.ts";
import { type Comparison, type Contenders, shortCount } from "./comparison.ts";
import { memoryFigures } from "./memory.ts";

const sizes = [1_000, 10_000, 100_000, 1_000_000];

/** How our own figures grow with the number of series; ratios are to the smallest. */
export function growthComparisons(contenders: Contenders): Comparison[] {
  const contender = contenders.get(ours);
  if (contender === undefined) return [];
  const of = (title: string, workOf: (series: number) => Work): Comparison => ({
    group: "Growth",
    entries: sizes.map((series) => ({
      work: title,
      column: `${shortCount(series)} series`,
      start: () => startContender(contender, workOf(series)),
    })),
  });
  return [
    of("growth of inc with 3 labels, random order", (series) => ({ kind: "inc", series })),
    of("growth of the exposition, all changed", (series) => exposition(series, 1)),
    of("growth of the exposition, 1 % changed", (series) => exposition(series, 0.01)),
    {
      ...of("growth of a counter series", (series) => ({ kind: "memory", metric: "counter", series })),
      once: true,
      figures: memoryFigures,
    },
  ];
}

function exposition(series: number, changed: number): Work {
  return {
    kind: "exposition",
    metric: "counter",
    series,
    values: "integers",
    changed,
    format: "text",
    defaultLabels: false,
  };
}
