import { dropIn } from "../contenders.ts";
import type { Work } from "../work.ts";
import { type Comparison, type Contenders, entriesOf } from "./comparison.ts";

const exposition = {
  kind: "exposition",
  metric: "counter",
  series: 100_000,
  values: "integers",
  format: "text",
  defaultLabels: false,
} as const;

const works: Readonly<Record<string, Work>> = {
  "the drop-in: inc with 3 labels, 800 series in random order": { kind: "inc", series: 800 },
  "the drop-in: inc of a bound series": { kind: "bound-inc" },
  "the drop-in: observe of a bound histogram, 11 buckets": { kind: "observe" },
  "the drop-in: metrics() of 100k counters, all changed": { ...exposition, changed: 1 },
  "the drop-in: metrics() of 100k counters, 1 % changed": { ...exposition, changed: 0.01 },
};

/** The same program on the drop-in and on prom-client itself. */
export function dropInComparisons(contenders: Contenders): Comparison[] {
  return Object.entries(works).map(([title, work]) => ({
    group: "Drop-in for prom-client",
    processes: work.kind === "exposition" ? 1 : 5,
    entries: entriesOf(contenders, [dropIn, "prom-client"], title, work),
  }));
}
